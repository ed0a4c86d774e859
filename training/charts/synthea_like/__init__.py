"""Charts in the words of generated records: SNOMED CT displays, RxNorm strings, routine visits."""
