"""Words that carry no subject: they stand for nothing where denials and sums are compared. Pure; knows English only."""

from __future__ import annotations

GENERIC = frozenset(
    """
    a abandon ability able about above absolutely abstract academic accept acceptable access accompany accomplish
    according accordingly account accurate accurately achieve achieved acknowledge across active actively activity
    actual actually adapt add adding additional address adequate adjust admit adopt advance advanced advantage
    advocate affect afraid after again aged agree agreed ah ahead ain't alert alike alive all allegedly allocate
    allow allowed almost alone along alongside already alright also alter although altogether always am amazing
    ambition among amount ample an and announce announced annoying annual another anticipate anxious any anybody
    anybody's anymore anyone anything anyway apart apparent apparently appeal appear appears applied apply
    appreciate appropriate approximate approximately are area aren't arent argue argument arise around arrange as
    asap aside ask asked asking aspect assess assessed assessment assign assist associate associated assume assumed
    assuming assumption assure at attach attempt attend attention attitude attract attractive attribute audience
    aunt authority automatically avoid await aware away awful back background balance ballpark barely barrier based
    basically basis be bear beat beautiful became because become been before begin beginning behind being belief
    believe belong beneath beneficial benefit besides best better between beyond big biggest bind bit blame blog
    blow body's boil bold bonus boost border born borrow both bother bothering bottom bound boundary bracket brand
    breakthrough brief briefly brilliant bring bringing broad broadly brother btw build built bullet bunch burden
    busy but button by bye bystander calculate calculated call called calm came campaign can can't cannot cant
    capable capacity capital careful carefully carried carry carrying case cases cast catch catching category caught
    cautious celebrate central centre certain certainly certainty challenge challenging chance changed changing
    chapter characteristic chart chatgpt check checked cheers choice choose choosing chose chosen circumstance cite
    cited claim claimed claiming claims clarify clarity class classified clear clearly clever clinical close closely
    closer clue coincidence collect collected column combination combine come comes comfortable comment commit
    common commonly communicate comparable compare compared comparing comparison compete competing complex
    complicated component comprehensive compromise conceive concentrate concept concern concerned concerning conduct
    conducted confidence confident confidential confirm conflict confuse confused confusing connect connected
    connection conscious consensus consequence conservative consider considerable considerably consideration
    considered considering consist consistent consistently constant constantly constitute construct consult contact
    contain contains contend content context continue contrary contrast contribute contribution convenient
    conventional conversation convert convey convince convinced convincing cope copy core correct correctly
    correctness correspond could couldn't couldnt count counted counts couple courage course cousin cover covered
    crazy create created creation credible credit crisis criteria critical criticise criticism crucial curiosity
    curious current currently custom cycle d'you dare dark database day deal dealing dear debate decade decent
    decide decided deciding decision decisive declare dedicate deeper deeply defeat defend deficit define defined
    definite definitely definition definitive degree delay deliberate deliver delivered demand demonstrate
    demonstrated deny departure depend depending depends derive describe described deserve desire despite
    destination detail detailed details detect determine determined developing development deviation devote did
    didn't didnt differ differently difficult difficulty dig dilemma dimension direct direction directly disagree
    disappear disappoint discard disclose disclosed discover discovery discuss discussed discussion display dispute
    distinct distinction distinguish distribute divide do doc document does doesn't doesnt doing domain dominant
    don't done dont doubt doubtful down downplay draft drag draw drawback drawn drive driven driving drove dude due
    dunno duration during duty dynamic e e.g each eager ease easier easily easy economy edge edition education
    educational effectively effort eg either elaborate elect element elementary eliminate else else's emerge
    emphasis emphasise employ empty enable encounter encourage encouraging endless endure enemy engage enhance enjoy
    enormous enough ensure enterprise enthusiasm entire entirely entitled entry environment equal equally equipment
    equivalent era error escape especially essence essential essentially establish established estimate estimated et
    etc evaluate evaluated evaluation even eventually ever every everybody everyday everyone everything evident
    evolve exact exactly exaggerate exaggerated examine example exceed excellent except exception exceptional
    excessive exchange excited exciting exclude excluded exclusive excuse exhibit exist existed existing exists
    expand expect expectation expected experience experienced experiment expert expertise explain explained
    explanation explicit explicitly explore exploring expose express expression extend extended extensive extent
    external extra extraordinary extreme extremely eye- facebook facility fact factor facts fair fairly fairness
    faith fallen false familiar fancy fantastic far farther fascinating fashion fate fault favour favourable fear
    feasible feature features feedback feel felt few fewer fiction field fight figure fill filled film filter final
    finally find fine firm firmly first fit fits fix fixed flat flexible flow focus folk folks follow following
    footnote for force forced forecast forget forgot forgotten formal former formula forth fortunate fortunately
    fortune forum found foundation frame framework frank frankly freedom freely frequently fresh friend friendly
    from full fully fundamental funny further furthermore fyi gain gained gap gather gathered gave general generally
    genuine genuinely get gets getting give given gives giving glad glance global go goes going golden gone gonna
    good google got got'em gotta gotten govt gradually grand grant granted grateful great ground grounds guarantee
    guaranteed guess guide guideline guy guys habit had handful handle handled hang happen happened happening
    happens happy hard hardly has hasn't hasnt hav have haven't havent having he he's heading headline heads hear
    heard hearing heavily heavy heck height hello help helped helpful helping hence her here hers hey hi hidden hide
    high highest highlight highly him hint his historical history hit hmm hold holding holds honest honestly honour
    hope hopeful hopefully hoping hot how how's however hows huge humble i i'd i'll i'm i've i.e idea ideal ideally
    ideas identified identify identity ie if illusion illustrate im image imaginary imagine imo imply important
    importantly impressed impression impressive improving in inaccurate inch inclined include included including
    incomplete incorrect increase increased increasing incredible incredibly indeed independently indicate indicated
    indirect individual individually individuals inevitable info inform informal information informed inherent
    initial initially initiate initiative inner innovation innovative input inside insight insist inspire instagram
    instance instant instead institute institution instruct instruction instructions integral integrate intended
    intense intensity intent intention interact interested interesting interestingly internal internet interpret
    interpretation interval into introduce introduced introduction invented invention invest investigate
    investigated investigator investigators investment invite invited involve involved involves involving irrelevant
    is isn't isnt isolated issue it it's item its itself ive journey judge judged judgement just justified justify
    keen keep keeping kept kick kid's kind kinda kindly kinds knew know knowledge known knows label labelled labels
    lack lacking laid landmark language largely larger last lately later latest latter launch launched lay layer
    layman laypeople lead leading leads leaflet learn learned learning least leave leaves leaving led left
    legitimate lemme lend length lengthy less lesser lesson let let's letter letting liable liberal lie lift light
    lightly like likelihood likely likewise line link linked links listed listen lists literally literature little
    ll load loads locate located logic logical logically lol lonely long longer look looked looking looks loose lot
    lots loud love lovely luck lucky made magic magnitude main mainly mainstream maintain maintained major majority
    make makes making manifest manner manual many margin mark mass massive master match matched mate material matter
    maximum may maybe me mean meaning meaningful means meant meanwhile measurement measuring mechanical medium meet
    meeting meets member meni mention mentioned mere message met middle might mind mine minimal minimise minimum
    minor minority miss missed missing mission mistake mistaken mix mixed mode model moderate modern modest modify
    moment more morn morning most mostly motion motivation motive mountain mouth move much multiple must my myself
    mystery myth n nah naive narrow national native natural nature near nearby nearly neat necessarily necessary
    necessity need needed needing needs negative neither nervous netflix network neutral never nevertheless new
    newest newly news newsletter newsletters next nice nicely no nobody nobody's nod non none nonetheless nonsense
    nope nor norm normal not notable notably note noted notes nothing notion novel now nowadays nowdays nowhere
    numerous object objective obligation obscure observation observe observed obstacle obtain obviously occasion
    occasional occasionally occur occurred occurs odd odds of off offering official often oh ok ok'd okay omit on
    once one ones ongoing online only onto open opened opening openly operate opinion opinions opponent opportunity
    oppose opposed opposite optimal optimistic option optional or order ordinary organisation organise orientation
    original originally other others otherwise our out outcome outline outside outstanding over overall overcome
    overlook overseen oversell oversight oversold overview owe own owner pace package paint pair pal panel panic
    paragraph parallel partial partially participate particular partly party pass passage passed passing passive
    past path patience pattern pause paying peace peak people per per-cent perceive perception perfect perfectly
    perform performance performed perhaps period permission permitted persist person personal personally persons
    perspective phenomenon philosophy phrase physical physically pick picked picking picture piece pieces pin pitch
    place placed placing plain planned planning plans platform plausible play played player please pleased pleasure
    plenty pls plus plz pocket podcast point policy poor popular portion pose position positive possess possibility
    possible possibly post potential potentially pour power powerful ppl practical practically practice praise
    precede precise precisely predict predicted prediction prefer preference preferred preliminary premise
    preparation prepare prepared presence present presentation presented presently preserve press presumably presume
    pretty prevail previous previously pride primarily prime principal principle print prior privilege probability
    probable probably problem problems proceed process processes producing professional profile profound programme
    progress project prominent promise promised promising promote prompt prone proof proper properly property
    proportion proposal propose proposed prospect protected proud proved proven provide provided provider provides
    providing provision psychological publicly pull purchase pure purely pursue push put puzzle qualified quantity
    quest question questions quick quickly quiet quit quite quote quoted radical raise rarely rarer rather rating
    ratio rational raw re react reaction read reader readily reading reads ready real realise realistic
    realistically reality realize really rear reasonable reasonably reasoning reasons rebound recall recap receive
    received recent recently recognise recognised recommend recommended recorded reddit refer reference referred
    refers reflect refuse regard regarded regarding regardless regards regret regular regularly regulation reject
    relate related relation relationship relative relatively relevance relevant relieve reluctant rely remain
    remaining remark remarkable remarkably remember remind remote remove render repeatedly replied reply report
    reported reporter reporting reports represent representative reputable reputation request require required
    requirement requirements requires rescue researched reserve resist resolution resolve resolved resource respect
    respective respectively respond response responsibility responsible rest restrict restricted retain retire
    retrieve return returned reveal revealed reverse revise revolution revolutionary reward rich rid ridiculous
    right rigid rigorous rise rising risky rival role roles roll root rose rough roughly round routine row rule run
    rush sad said sake same sample satisfied satisfy savings saw say saying says scale scare scared scary scene
    sceptical schedule scheme scientifically scope score screen script search searched seat secondly secret section
    sector see seeing seek seeking seem seemed seems seen seldom select selection self send senior sense sensible
    sensitive sensitivity sent sentence separate sequel sequence series serve served session set setting settings
    settle setup several shake shall shape shaped sharp she she's shed shift shock shoot shop short shortcut shortly
    shot should shoulder shouldn't shouldnt shout show showed shown shows sight signal signed significance
    significant significantly silence silent silly similar similarity similarly simple simpler simplest simplified
    simplify simply since sincere single sir sister sit situation size sizeable sizes skill skip slice slight
    slightly slow slowly smaller smallest smart smooth so soft sole solely solid solution solve some somebody
    somehow someone someone's something sometimes somewhat somewhere soon sorry sort sorted sound sounded sounding
    sounds southern space spare spark speak speaking special specialised species specific specifically specified
    specify speculate speculation speed spell spend spent spin spirit spite split spoke spoken spot spread spring
    square stable stage stages stake stand standing standpoint stands star start started starting state stated
    statement statements states static statistic statistical statistics stay stayed staying steady step steps sth
    stick sticking stil still stopped storm story straight strange stranger strategy strength strengthen stress
    stretch strictly strike striking strip strong strongest strongly structure struggle stuck student studied
    studying stuff style subject subjective submit subsequent subsequently subset substance substantial
    substantially substitute subtle succeed succeeded such sudden suddenly suffer suffering sufficient sufficiently
    suggest suggested suggestion suggests suit suitable suited suits sum summarise summarised summarize summary
    summed sums superior supply support supporting suppose supposed sure surely surface surprise surprised
    surprising surround surrounding survey suspect suspicious sustain swear switch symbol sympathetic table tackle
    take taken takes taking tale talent talk tall task taste teach technical technically tell telling tells
    temporary tempted tend tendency tends tension term terminology terms terrible terribly territory text than thank
    thanks that that's thats the their theirs them themes themselves then theoretical theory ther there there's
    therefore these they they're theyre thick thier thin thing thing's things think thinking third this thorough
    thoroughly those though thought thoughts threat threaten threatened threshold thrilled through throughout throw
    thus thx tie tied tight tiktok till time times tiny tip tired titled to today today's together told tomorrow
    tone tonight too took tool top topic total totally touch tough tour toward towards trace track tradition
    traditional traditionally transfer transform transformation transition translate transparent trap tremendous
    trend tried trigger trip trivial trouble true truly trust trusted trustworthy truth try tune turn twice twist
    twitter two typical typically typo u uh ultimate ultimately um unable unbelievable uncertain uncertainty uncle
    unclear under undergo underlying understand undertake underway unexpected unfair unfortunately uniform union
    unique unit unknown unless unlike unlikely unnecessary unpleasant unprecedented unreal unrealistic unsure until
    unusual up upcoming update updated upon upper upset ur urge us usable usage use used useful user users uses
    using usual usually utterly vague valid validity valuable value variable variation varied variety various vary
    vast vehicle venture verdict verify version very via view viewed viewpoint views virtual virtually visible visit
    visual vital voice vote vs vulnerable wait waiting walk wanna want wanted wanting wants warn warned was wasn't
    wasnt waste wat watch watched watching wats way ways we we've weak weaker weakness wealth web website websites
    weigh weird welcome well well-known wen went were weren't what what's whatever whats whatsoever wheel when
    when's whenever wher where where's whereas wheres wherever whether which while who who's whoever whole whom
    whose why wich wide widely wider widespread wikipedia wil wild will willing win wing winner wisdom wise wish
    wished wishes wishful with within without won't wonder wondered wonderful wondering wont word wording words work
    worked worker works world worldwide worried worries worrying worse worst worth worthwhile worthy would would-be
    wouldn't wouldnt wow wrap write-up writer written wrong wrongly wrote x y y'all yeah year's yep yes yesterday
    yet yield you you're your youre yours youtube yr yrs zone
    """.split()
)
"""A wrong word here hides a denial from the check, so the list only shrinks."""
