"""English words that look like names: short ones like abbreviations and brands, longer ones like slips of a name."""

from __future__ import annotations

SHORT_WORDS = frozenset(
    """
    a able about abs ace ache acid act acts add adds ado age aged ages ago agree aid aide aids ail aim aims air airs
    ale alley all allot ally aloe alone also alter am amen amid amp ample an ana and angle ankle ant ante any ape apex
    app april apt arc arch are area aria arise ark arm arms army art arts as ash aside ask asks asp at ate atop aunt
    avert avid await awake aware away awe axe axis
    baby back bad bag bags bail bait bake bald bale ball balm ban band bang bank bar bare bark barn base bash bass bat
    bath bay bays be beam bean bear beat bed beds bee beef been beer beg bell belt bend best bet bets bib bid big bike
    bile bill bin bind bird bit bite bits black blot blow blue blur board boat bob body bold bolt bond bone book boom
    boon boot boots border bore born boss both bow bowl box boy brace brain bran brand brat brave bread break breed
    brief bring brow brown bud buds bug build bulb bulk bull bump bun burn burst bus bust busy but butt buy by
    cab cabs cad cage cake calf call calls calm cam came camp can cane cans cap cape caps car card care case cash cast
    cat cats cause cell cent chap chat check cheek chef chest chew chic chin chip chop cite city clad clam clap clasp
    class claw clay clean clear clip clock close clot cloth cloud clue coal coast coat cob cod code cog coil coin cold
    come con cone cook cool cop cope copy cord core cork corn cost cot couch could count court cove cow crab cram crate
    crib crop cross crow crowd crown crush cry cub cube cue cues cup cups curb cure curl cut cuts cyst
    dad daily dam damage damp dare dark dart dash data date dawn day days dead deaf deal dear death deep deer den dent
    deny desk dew diet dig dim dime din dine dip dips dire dirt disc dish dive do dock doe does dog doll dome don done
    door dope dose dot dots double dove down drain draw dress drill drink drip drive drop drops drum dry dual duck due
    dues dull dumb dump duo dusk dust duty dye
    each ear early ears earn ease east easy eat eats echo edge edit ego eight elbow ell elm else end ends enter era ere
    err etc eve even event ever every exam exit eye eyed eyes
    fab face fact facts fad fade fail faint fair fake fall falls false fame fan fang far fare farm fast fat fate faze
    fear feast feat fed fee feed feeds feel feels feet fell felt fen few fib field fig fight file fill film fin find
    fine fire firm first fish fist fit fits five fix flag flap flat flaw flea fled flesh flew flex flip flow flows flu
    fly foam foe fog fold folk fond food foot for force fore fork form fort foul found four fox free fresh frog from
    front full fume fun fund fur fuse fuss
    gain gait gal gale game gap gas gash gave gaze gear gel gem gene get gets gift gig gin girl give glad gland glare
    glass go goal goat god goes gone good gore got grab gram grand grasp grave gray great green grew grey grid grim
    grip grow gum gums gun gut guts guy gym
    had hail hair half hall halo halt ham hand hands hang hard hare harm has hat hate have hay he head heads heal heap
    hear heart heat heavy heed heel height help hen her here hero hers hid hide high hill him hint hip hips hire his hit
    hits hive hold hole holes home hood hook hop hope hops horn hose host hot hour house how hub hug huge hull hum hump
    hung hurt hut
    i ice idea if ill imp in inch index ink inn intake intact into ion iris iron is isle it item its itch
    jab jam jar jaw jerk jet jets job jobs jog join joint joke joy judge juice jump just
    keen keep kept key kick kid kids kin kind king kiss kit knee knot know known
    lab labs lace lack lad lady lag lake lam lamb lame lamp land lane lap laps large lark lash lass last late lava law
    laws lay lazy lead leads leaf leak lean leap least leave led leep left leg legs lend lens less let lets level lid
    lids lie lies life lift light like limb lime limp line lines link lip lips list lit live liver load loan lobe lock
    log logs lone long look loop loose lord lose loss lost lot lots loud love low lower luck lump lung lurch
    ma mac mace mad made mag maid mail main make male man many map march mark mars mash mask mass mast mat match mate
    maw max may me meal mean means meant meat meet meld melt memo men mend menu mere mesh mess met mew mews mice mid
    might mile milk mill mind mine mint mired miss mist mix mob mode mold mole mom mood moon mop more morse most moth
    mount mouse mouth move much mud mug mum muse music must mute my myth
    nab nag nail name nap nape nasal near neat neb neck need needs nerve nest net nets never new news next nice nick
    night nil nine nip nips no node nod noise non none noon nor nose not note notes nous now nub null numb nun nurse nut
    oak oar oath oats odd odds of off offer oft oh oil oils old on once one ones only onto ooze open opt or oral orb
    order ore other our out over owe own
    pace pack pad pads page paid pail pain paint pair pal pale palm pan pang pans pant pants pap par park part parts
    pass past pat patch path paw pay pays pea peak pear peas pee peer peg pegs pen penal pens per perch peri perk pert
    pest pet pets phase pi pick pie pier pig pike pile pill pin pine pink pins pip pips pipe pit pits pity place plan
    plane plant plate play plot plug plus ply poem point pole poll pond pool poor pop pops pore pork port pose post pot
    potent pots pound pour power pray prep press price pride prior pro probe prom prone proof prop props pros pub
    pudding puff pull pulp pump pun punt pup pure push puss put puts
    quit quite quote
    race rack raft rag rage raid rail rain raise rake ram ramp ran rang range rank rap rape rapid rare rash rat rate
    rats raw ray rays reach react read ready real rear red reef rely rent rep res rest rib ribs rice rich rid ride rig
    right rigs rim rind ring rinse rip ripe rise risk road roast rob robe rock rod rode role roll roof room root rope
    rose rot rough round row rub rug ruin rule run runs rush rut
    sac sack sacs sad safe said sail sake sale salt salts same samp sand sane sap sash sat save saw say says scale scan
    scar scare scarf scars scent scope score seal seam sear seat sec see seed seek seem seen self sell send sense sent
    sept set sets seven sew sex shall sham shape share sharp she shed shelf shell shift ship shoe shop short shot should
    show shower shut shy sick side sift sigh sight sign silk sill silo sin since sing sink sip sips sir sit site sits
    six size ski skin skip skirt sky slab slack slam slap sled sleep slid slim sling slip slit slope slot slow slur
    small smart smash smell smile smoke snap snare snip snow so soak soap sob sock soda sofa soft soil sold sole some
    son song soon sore sort soul sound soup sour south sow spa space spade span spar spare spark speak sped spell spend
    spill spin spine spit split spoke spot spots spray spread spring spur squad stab staff stage stain stair stamp stand
    star stare start starts stat state stay step steps stick stiff still sting stir stirs stop stops store storm story
    strap straw stress strip strut stub stud stuff sub such sue suit sum sun sunk sup sure surf surge swab swan swap
    sweat sweep sweet swell swift swim swing
    tab table tabs tact tag tail take takes talk tall tame tan tank tap tape taps tar target task tat taxi tea teach
    team tear tears teas tech ted tee teem teen teens tell temp ten tend tens tent term terms test text than that the
    their them then there these they thick thigh thin thing think this those three thro throat thumb tic tick tide tidy
    tie tied ties tight tile till tilt time times tin tint tiny tip tips tire to toe toes tofu told toll tom tomb ton
    tone tongs took tool toot top tops torn toss tot total touch tough tour tow toy trace track trade trail train trap
    tray treat tree trial trick trim trip troop trot true trunk trust try tub tube tug tum tun turn twice twin two type
    ugh under unit up upon upper urge us use used user
    van vans vary vast vat veil vein vent very vest vet via vial vibe vim void volume vote vow
    wad wade wage waist wait wake walk wall wand want wants war ward warm wart was wash wasp waste watch water wave wax
    way ways we weak wean wear web wed wee weed week weep weigh well went were west wet whale what wheat wheel when
    where which whip who whole why wide wife wig will win wind wine wing wipe wire wise wish wit with woe wolf won wood
    wool word work worm worn worse worst would wound wow wrap wrist write wrong
    aka ars boo boos cart carts dah epi foster fosters frat gist goo goos hrs inh mps mrs nec nerd nerds pas pics pres
    retina sea seas soma sonata std tabloid ter tha tums versed luminal occlusal sojourn nix nas lis ain psp
    dan dans des dora ella fay hana kira lama sama sari
    jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues thu thur thurs fri
    yard yarn yawn year yeast yell yes yet yield you young your yours yous zero zest zinc zip zone
    """.split()
)

# Words of charts and anatomy, and some surnames, that are no slip of a name a letter or two away.
NO_SLIPS = frozenset(
    """
    absorbent akinesis alloimmunity anoxia aphasic arrhythmic arteriole aspirated ataxic attenuation awaken blotting
    bovine branchial burnet butadiene canker cardia caudal chlorine cholesteryl clonus cochlea collagen coloscopy
    contractile contusion contusions creationism crepes cultivate cultivated cyanamide cysteine deoxyinosine dilate
    diluted dilution disparate elevate embolic endoscope endothelia enlarge erythematous excretion exogenous
    exotropia extrication farthing fascial ferrets firestone flappy fundal fundus gastrin gestation gravida
    hamartoma hearse heartrate hematology hematotoxicity heparan heparinase herein histologic hypertonia hypotonic
    hypoxic inactivate incontinent incubated incubation inflection inflections injure injures intolerant inulin
    mediate metamorphosis micron morbidity motility mucosa mucous multiply myocardium myopathic myxoma neurosis
    nightmarish nitrite occluded osmolarity oxazolidine palpate palpated patchy patency peacemaker pergolide
    phonophobia pleura pleuritic prognosis quinoline rackets radiography recurrence refractor retinyl ricketts
    salina sciatic seaton sedition serous snares sneeze sphincterotome spouting stooping striptease supine sutured
    syndromic thyronine tritan tubule umbilicus ureteroscope urethra ventilate villous viscous weighty welker
    """.split()
)
