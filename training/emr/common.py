"""The problems that fill everyday charts, whatever a patient comes for: names of condition rows, nothing else."""

from __future__ import annotations

COMMON: tuple[str, ...] = tuple(
    " ".join(
        """
        hypertension; type 2 diabetes; asthma; gastro-oesophageal reflux disease; osteoarthritis; depression;
        migraine; hypothyroidism; obesity; COPD; coronary artery disease; atrial fibrillation; heart failure;
        chronic kidney disease; gout; osteoporosis; eczema; psoriasis; allergic rhinitis; irritable bowel
        syndrome; diverticular disease; haemorrhoids; varicose veins; carpal tunnel syndrome; cataract;
        glaucoma; benign prostatic hyperplasia; urinary tract infection; kidney stones; gallstones; iron
        deficiency anaemia; vitamin D deficiency; vitamin B12 deficiency; sciatica; rheumatoid arthritis;
        epilepsy; stroke; transient ischaemic attack; deep vein thrombosis; peripheral arterial disease;
        obstructive sleep apnoea; restless legs syndrome; insomnia; anxiety; tinnitus; hearing loss; Barrett's
        oesophagus; hiatus hernia; inguinal hernia; coeliac disease; ulcerative colitis; breast cancer;
        prostate cancer; skin cancer; basal cell carcinoma; actinic keratosis; rosacea; acne; tinea pedis;
        onychomycosis; plantar fasciitis; frozen shoulder; rotator cuff disease; Dupuytren's contracture;
        polymyalgia rheumatica; dyslipidaemia; prediabetes; endometriosis; metabolic dysfunction-associated
        steatotic liver disease; polycystic ovary syndrome; uterine fibroids; menopause; overactive bladder;
        stress incontinence; erectile dysfunction; Parkinson's disease; dementia; dry eye disease; pneumonia;
        cellulitis; herpes zoster; peptic ulcer disease; lichen planus; seborrhoeic dermatitis; urticaria;
        contact dermatitis; Raynaud's phenomenon; hyperthyroidism; thyroid nodule; bipolar disorder;
        schizophrenia; alcohol use disorder; fracture; osteopenia; spinal stenosis; anal fissure; otitis
        externa; rhinosinusitis; nasal polyps; benign paroxysmal positional vertigo; trigger finger;
        hypercholesterolaemia; ankle sprain; meniscal tear; bursitis; tension-type headache; temporomandibular
        disorder; blepharitis
        """.split()
    ).split("; ")
)
