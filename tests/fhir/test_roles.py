"""What each resource type is to a history."""

from __future__ import annotations

from typing import Any

import pytest

from emr_rerank.fhir.convert import CONVERTERS
from emr_rerank.fhir.roles import IGNORED_TYPES, RECORD_TYPES, SUPPORTING_TYPES, Role, role_of
from emr_rerank.fhir.shapes import is_resource_type


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        ("Condition", Role.RECORD),
        ("Patient", Role.SUPPORTING),
        ("Medication", Role.SUPPORTING),
        ("Claim", Role.IGNORED),
        ("Practitioner", Role.IGNORED),
        ("ServiceRequest", Role.OTHER),
        ("Nonsense", Role.OTHER),
        (None, Role.OTHER),
        (["Patient"], Role.OTHER),
    ],
)
def test_every_type_has_one_role(kind: Any, role: Role) -> None:
    assert role_of(kind) is role


def test_the_tables_name_real_convertible_types_and_do_not_overlap() -> None:
    groups = (RECORD_TYPES, SUPPORTING_TYPES, IGNORED_TYPES)
    assert len(frozenset().union(*groups)) == sum(map(len, groups))
    assert frozenset(CONVERTERS) == RECORD_TYPES
    assert [kind for group in groups for kind in sorted(group) if not is_resource_type(kind)] == []
