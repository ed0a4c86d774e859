"""Charts in the words of clinicians, with the medicines of everyday practice."""
