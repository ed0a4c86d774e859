"""The few drug classes that belong in the safety strip, told by ATC code or name. Knows no facts beyond that.

Written from general pharmacology, not reviewed by a clinician, and only until a table of facts replaces it. A word
ending in * is the beginning of names; a blank in a name may be a hyphen, a # or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

ANTICOAGULANT, IMMUNOSUPPRESSANT, INSULIN, OPIOID = "anticoagulant", "immunosuppressant", "insulin", "opioid"
CATEGORIES = (ANTICOAGULANT, IMMUNOSUPPRESSANT, INSULIN, OPIOID)

# Applied to a surface, these hardly reach the blood; what is swallowed or injected does, wherever else it helps.
SURFACE = re.compile(
    r"\b(creams?|ointment|gel|lotion|topical|cutaneous|eye|ear|ophthalmic|otic|nasal|inhal\w*|mouthwash|shampoo|scalp"
    r"|enema|foam)\b",
    re.I,
)
SYSTEMIC = re.compile(
    r"\b(tablets?|tabs?|capsules?|caps?|softgels?|oral|po|by mouth|inject\w*|infusion|intravenous|iv|subcutaneous|sc"
    r"|intramuscular|im|pens?|vials?|syringe|depot)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class DrugClass:
    """A class of medicines, and why one of it is always shown."""

    category: str
    reason: str
    atc: tuple[str, ...]  # beginnings of codes
    names: re.Pattern[str]
    lasting_days: int  # how long a dose given once still counts
    not_atc: tuple[str, ...] = ()
    unless: re.Pattern[str] | None = None  # in the name: then something else is meant
    surface_too: bool = False  # whether a cream or drops count as well


def _names(words: str) -> re.Pattern[str]:
    """Return a pattern for any of the names, separated by commas."""
    written = [re.escape(word.strip()) for word in words.replace("\n", " ").split(",") if word.strip()]
    patterns = [re.sub(r"\\[ -]", "[ #-]{0,2}", word).replace(r"\*", r"\w*") for word in written]
    return re.compile(rf"\b({'|'.join(patterns)})\b", re.I)


DRUG_CLASSES: Sequence[DrugClass] = (
    DrugClass(
        ANTICOAGULANT,
        "bleeding risk",
        ("B01AA", "B01AB", "B01AE", "B01AF", "B01AX05"),
        _names(
            """warfarin*, coumadin, jantoven, marevan, acenocoumarol, sintrom, phenprocoumon, marcumar, falithrom,
            fluindione, previscan, phenindione, apixaban, eliquis, rivaroxaban, xarelto, edoxaban, lixiana, savaysa,
            roteas, dabigatran*, pradaxa, betrixaban, heparin*, enoxaparin*, clexane, lovenox, inhixa, dalteparin*,
            fragmin, tinzaparin*, innohep, nadroparin*, fraxiparine, bemiparin*, certoparin*, reviparin*, parnaparin*,
            danaparoid, orgaran, fondaparinux, arixtra, argatroban, bivalirudin, angiomax, angiox, desirudin,
            LMWH, DOAC, NOAC"""
        ),
        lasting_days=3,
        unless=re.compile(r"\b(lock|flush|heparinoid)\b", re.I),
    ),
    DrugClass(
        IMMUNOSUPPRESSANT,
        "infection risk; do not stop abruptly",
        ("H02AB",),
        _names(
            """prednisolone*, prednisone*, deltasone, pevanti, methylprednisolone*, medrol, medrone, solu medrol,
            solu medrone, depo medrol, depo medrone, dexamethasone*, decadron, hydrocortisone*, cortef, plenadren,
            efmody, solu cortef, cortisone, betamethasone*, celestone, triamcinolone*, kenalog, deflazacort,
            fludrocortisone*"""
        ),
        lasting_days=30,
    ),
    DrugClass(
        IMMUNOSUPPRESSANT,
        "infection risk",
        ("L01", "L04"),
        _names(
            """tacrolimus, prograf, advagraf, adoport, envarsus, astagraf, modigraf, ciclosporin, cyclosporin*,
            neoral, sandimmun*, capimune, deximune, gengraf, voclosporin, sirolimus, rapamune, everolimus, certican,
            afinitor, zortress, mycophenol*, cellcept, myfortic, azathioprine, imuran, azasan, mercaptopurine,
            tioguanine, thioguanine, methotrexate, MTX, metoject, trexall, otrexup, rasuvo, methofill, leflunomide,
            arava, teriflunomide, aubagio, cyclophosphamide, chlorambucil, melphalan, bendamustine, fludarabine,
            cladribine, mavenclad, hydroxycarbamide, hydroxyurea, belatacept, nulojix, basiliximab, simulect,
            thymoglobulin*, anti thymocyte*, antithymocyte*, ATGAM, grafalon, alemtuzumab, lemtrada, rituximab*,
            mabthera, rituxan, truxima, rixathon, obinutuzumab, ocrelizumab, ocrevus, ofatumumab, kesimpta,
            natalizumab, tysabri, inebilizumab, belimumab, benlysta, anifrolumab, adalimumab*, humira, imraldi,
            hyrimoz, amgevita, hulio, yuflyma, infliximab*, remicade, inflectra, remsima, flixabi, etanercept*,
            enbrel, benepali, erelzi, golimumab, simponi, certolizumab*, cimzia, tocilizumab, actemra, roactemra,
            sarilumab, kevzara, anakinra, kineret, canakinumab, abatacept, orencia, ustekinumab*, stelara,
            secukinumab, cosentyx, ixekizumab, taltz, brodalumab, bimekizumab, guselkumab, tremfya, risankizumab,
            skyrizi, tildrakizumab, mirikizumab, vedolizumab, entyvio, eculizumab, soliris, ravulizumab,
            tofacitinib, xeljanz, baricitinib, olumiant, upadacitinib, rinvoq, filgotinib, abrocitinib, ritlecitinib,
            deucravacitinib, ruxolitinib, jakavi, fedratinib, fingolimod, gilenya, siponimod, ozanimod, ponesimod,
            ibrutinib, acalabrutinib, zanubrutinib, idelalisib, venetoclax, lenalidomide, thalidomide, pomalidomide,
            bortezomib, carfilzomib, capecitabine, fluorouracil, 5 FU, oxaliplatin, cisplatin, carboplatin, irinotecan,
            docetaxel, paclitaxel*, cabazitaxel, doxorubicin, epirubicin, daunorubicin, idarubicin, vincristine,
            vinblastine, vinorelbine, gemcitabine, pemetrexed, etoposide, topotecan, temozolomide, cytarabine,
            azacitidine, decitabine, ifosfamide, dacarbazine, busulfan, eribulin, mitoxantrone, trabectedin,
            mFOLFOX*, FOLFOX*, FOLFIRI*, FOLFIRINOX, FLOT, CAPOX, XELOX, R CHOP*, CHOP, ABVD, BEACOPP, hyper CVAD"""
        ),
        lasting_days=365,
        not_atc=("L04AX05",),  # pirfenidone
    ),
    DrugClass(
        INSULIN,
        "hypoglycaemia risk",
        ("A10A",),
        _names(
            """insulin*, actrapid, humulin, humalog, admelog, lyumjev, liprolog, novorapid, novolog, fiasp, trurapi,
            apidra, afrezza, lantus, toujeo, basaglar, abasaglar, semglee, rezvoglar, levemir, tresiba, ryzodeg,
            awiqli, insulatard, insuman, hypurin, mixtard, novomix, novolin, protaphane, myxredlin, suliqua, soliqua,
            xultophy, isophane, NPH, glargine, detemir, degludec, lispro, aspart, glulisine"""
        ),
        lasting_days=2,
        unless=re.compile(r"\b(needles?|lancets?|sharps|test strips?|swabs?|insulin syringes?|resistance)\b", re.I),
        surface_too=True,  # inhaled insulin is insulin
    ),
    DrugClass(
        OPIOID,
        "sedation and breathing risk",
        ("N02A", "N07BC", "R05DA04"),
        _names(
            """morphine*, MST*, MS contin, zomorph, sevredol, oramorph, kapanol, diamorphine, heroin, oxycodone*,
            oxycontin, oxynorm, longtec, shortec, targinact, percocet, percodan, endocet, roxicodone, roxicet,
            hydrocodone*, vicodin, norco, lortab, zohydro, hydromorphone*, dilaudid, palladone, jurnista,
            oxymorphone*, opana, codeine*, dihydrocodeine*, DF118, co codamol*, cocodamol*, co dydramol*, solpadol,
            zapain, kapake, tylenol 3, tylenol with codeine, tramadol*, ultram, ultracet, zydol, tramacet, conzip,
            tapentadol, nucynta, palexia, fentanyl*, durogesic, duragesic, matrifen, abstral, effentora, actiq,
            instanyl, pecfent, sublimaze, alfentanil, sufentanil, remifentanil, buprenorphine*, butrans, butec,
            temgesic, subutex, suboxone, sublocade, buvidal, transtec, belbuca, methadone*, dolophine, physeptone,
            pethidine, meperidine, demerol, pentazocine, nalbuphine, butorphanol, meptazinol, dipipanone, diconal,
            levorphanol, tilidine, valoron, piritramide, opium"""
        ),
        lasting_days=2,
        surface_too=True,  # a patch or a nasal spray of these acts on the whole body
    ),
)


def class_of(name: str, dose: str, codes: Sequence[str]) -> DrugClass | None:
    """Return the class that a medicine belongs to: by its name, else by its ATC codes ("system|code")."""
    found = [drugs for drugs in DRUG_CLASSES if drugs.names.search(name) or _has_code(drugs, codes)]
    on_surface = SURFACE.search(name) and not SYSTEMIC.search(f"{name} {dose}")
    return next(
        (
            drugs
            for drugs in found
            if not (drugs.unless and drugs.unless.search(name)) and (drugs.surface_too or not on_surface)
        ),
        None,
    )


def _has_code(drugs: DrugClass, codes: Sequence[str]) -> bool:
    atc = [code.rpartition("|")[2].upper() for code in codes if "atc" in code.lower()]
    return any(code.startswith(drugs.atc) and code not in drugs.not_atc for code in atc)
