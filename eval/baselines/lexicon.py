"""Word lists of the rule baselines: general English and world knowledge, no name of any one article."""


def words(text: str) -> frozenset[str]:
    """A set from words that white space parts; an underscore stands for a space."""
    return frozenset(word.replace("_", " ") for word in text.split())


SPEECH_VERBS = words(
    "said says say saying told tells tell telling announced announces announcing reported reports reporting claimed "
    "claims claim claiming denied denies deny denying warned warns warn warning added adds adding estimated estimates "
    "estimating confirmed confirms confirming insisted insists insisting stated states stating declared declares "
    "declaring alleged alleges alleging acknowledged acknowledges acknowledging admitted admits admitting argued "
    "argues "
    "arguing asserted asserts noted notes noting explained explains recalled recalls recalling wrote writes writing "
    "tweeted replied replies maintained maintains conceded concedes testified testifies disclosed revealed reveals "
    "complained predicted predicts vowed concluded concludes observed remarked asked shouted cautioned stressed "
    "stresses repeated reiterated"
)

# Verbs of speech that take no clause here, but whose subject speaks.
SPEAKING = SPEECH_VERBS | words(
    "rejected disputed blamed described gave called declined dismissed counted put listed spoke countered accused "
    "urged "
    "demanded threatened refused condemned contradicted named appealed"
)

# After these no clause follows without "that": "reported explosions", "denied the charge".
NEEDS_THAT = words(
    "reported reports reporting denied denies deny denying announced announces announcing estimated estimates "
    "estimating confirmed confirms confirming alleged alleges admitted admits acknowledged acknowledges argued argues "
    "noted notes noting explained explains revealed reveals disclosed stressed stresses repeated reiterated declared "
    "declares warning added adds claim claims claiming claimed wrote writes writing recalled recalls recalling "
    "observed "
    "stated states stating insisted insists maintained maintains conceded predicted concluded complained cautioned "
    "asserted arguing admitting acknowledging insisting alleging declaring"
)

# After these without "that", a clause is usual where a subject and a verb follow.
LOOSE_VERBS = words("claimed claims claim adding added insisted estimated estimates estimating announced confirmed")

ACT_VERBS = words(
    "vetoed rejected accused condemned urged called demanded agreed imposed sent recalled backed supported opposed "
    "signed launched withdrew announced denied invaded attacked bombed shelled struck struck_back blamed welcomed "
    "offered refused pledged promised has have had will would wants wanted is_seeking closed reopened expelled "
    "summoned suspended deployed voted abstained ordered considers regards lists listed brokered mediated hosted "
    "praised thanked asked opened blocked block blocks moved boycotted lifted froze cut "
    "dismissed criticised criticized threatened evacuated airlifted arms armed funds funded killed fired carried "
    "conducted pulled sought seeks seized holds held released freed handed took takes put puts gave gives"
)

TITLES = words(
    "president prime vice deputy foreign interior defence defense health justice finance information minister premier "
    "chancellor king queen prince princess emir sultan sheikh sheik imam ayatollah mullah pope bishop archbishop "
    "cardinal father pastor reverend rev rev. general gen gen. lieutenant lt lt. colonel col col. major maj maj. "
    "brigadier brig brig. captain capt capt. sergeant sgt sgt. corporal private admiral commodore marshal field "
    "commander inspector superintendent commissioner chief constable senator sen. governor gov. mayor ambassador "
    "envoy "
    "secretary secretary-general undersecretary judge justice prosecutor attorney spokesman spokeswoman spokesperson "
    "mr mr. mrs mrs. ms ms. dr dr. prof prof. professor director chairman chairwoman leader lord lady sir dame sister "
    "brother air wing squadron first second rear group warrant officer congressman congresswoman representative "
    "minister-president politburo mp councillor councilor doctor nurse high police warlord"
)

# Only these can be the last word of a title before a name; the others only lead one in.
TITLE_HEADS = TITLES - words(
    "prime vice deputy foreign interior defence defense health finance information field "
    "air wing squadron first second rear warrant high police politburo group"
)

ROLES = words(
    "official officer spokesman spokeswoman spokesperson medic doctor nurse resident witness activist diplomat source "
    "lawyer analyst aide adviser advisor leader commander minister governor mayor envoy mediator prosecutor judge "
    "policeman policewoman soldier gunman rebel militant fighter protester protestor demonstrator villager survivor "
    "teacher schoolteacher farmer fisherman shopkeeper trader driver priest imam cleric elder chief worker volunteer "
    "monitor observer researcher negotiator lawmaker deputy senator president premier relative neighbour neighbor "
    "man woman mother father brother sister wife husband widow son daughter cousin uncle student boy girl caller "
    "defector deserter general colonel captain lieutenant guard constable trooper detainee prisoner refugee migrant "
    "journalist reporter editor photographer cameraman organiser organizer campaigner ambassador inspector "
    "superintendent investigator paramedic surgeon rescuer firefighter engineer pilot sailor marine attacker "
    "assailant "
    "bomber kidnapper captor bandit sniper insurgent jihadist terrorist guerrilla militiaman tribesman peacekeeper "
    "secretary director negotiator statesman speaker merchant baker butcher carpenter mechanic pharmacist coroner "
    "member economist historian expert scholar professor cleric monk bishop pastor sheikh midwife schoolgirl "
    "schoolboy "
    "clerk cook electrician tailor butcher grocer waiter taxi_driver ranger warden bystander pensioner retiree host"
)

IRREGULAR_PLURALS = {
    "men": "man", "women": "woman", "wives": "wife", "deputies": "deputy", "witnesses": "witness",
    "secretaries": "secretary", "clergy": "cleric", "people": "person", "persons": "person",
}  # fmt: skip

# People who are agents wherever they stand, armed or political (in the singular and the plural).
AGENTS = words(
    "officer policeman soldier gunman rebel militant fighter protester protestor demonstrator insurgent jihadist "
    "terrorist guerrilla militiaman tribesman peacekeeper attacker assailant kidnapper captor bandit sniper bomber "
    "mercenary paramilitary separatist loyalist islamist extremist commando rioter vigilante raider pirate hijacker "
    "abductor deserter defector nationalist hardliner trooper gendarme guardsman legionnaire reservist partisan "
    "looter intruder warlord conscript dissident secessionist infiltrator gangster killer constable ranger"
)

# These are agents in the plural only; in the singular they must speak.
PLURAL_AGENTS = words(
    "official activist diplomat leader commander minister lawmaker deputy guard marine envoy agent general ambassador "
    "mediator observer prosecutor negotiator monitor peacemaker medic source witness adviser aide investigator "
    "organiser organizer campaigner politician legislator delegate opponent dissenter"
)

COLLECTIVES = words(
    "troops forces militias militia gangs mob crowd paramilitaries mercenaries units police_units "
    "guards infantry gendarmes militiamen tribesmen gunmen policemen"
)
COLLECTIVE_HEADS = words("troops forces militias gangs mob paramilitaries")

STRONG_BODIES = words(
    "army government police military ministry regime opposition parliament authorities coalition navy cabinet "
    "judiciary gendarmerie junta presidency senate congress legislature militia constabulary"
)

# A body of these kinds is a mention when it speaks, acts, or the text names it again as "the group".
WEAK_BODIES = words(
    "group movement party network agency council commission office court force committee company charity union "
    "brigade command bureau directorate department service services organisation organization centre center bloc "
    "alliance front faction channel station newspaper firm federation foundation tribunal authority administration "
    "headquarters forum initiative corps battalion observatory mission television radio embassy church hospital "
    "university squad gang "
    "guard front league association institute monitor taskforce media brotherhood syndicate column watchdog"
)

ORGANISATION_KEYWORDS = words(
    "Ministry Army Front Council Committee Committees Party Movement Union Agency Organization Organisation Force "
    "Forces Brigade Brigades Battalion Division Corps Guard Guards Police Government Parliament Senate Congress "
    "Assembly Commission Court Tribunal Department Office Bureau Authority Administration Service Services "
    "Association "
    "Federation Foundation Institute Institution University Observatory Network Coalition Alliance League Group "
    "Company Corporation Bank Command Directorate Secretariat Mission Red Cross Crescent Watch Amnesty International "
    "Nations News Times Post Television TV Radio Press Herald Tribune Gazette Daily Media Center Centre Society Trust "
    "Fund Board Chamber Church Brotherhood Militia Resistance Regiment Squadron Unit Taskforce Initiative Forum "
    "Programme Program Embassy Navy Airlines Airways Inc Ltd Corp Confederation Syndicate Monitor Headquarters "
    "Defence "
    "Defense Intelligence Survey Doctors Lawyers Reporters Volunteers Shield Liberation Jihad Caliphate Pact "
    "Consortium "
    "Inspectorate Ombudsman Operations Kremlin Pentagon Hezbollah Hamas Taliban Ansar Jaish Lashkar Harakat Hizb "
    "Jabhat Liwa Ahrar Katibat Tribune Journal Chronicle Solidarity Gendarmerie Cabinet Registry Panel Prosecutor's "
    "Prosecutor’s Workers Rights Bloc Legion Lions Martyrs Falcons Patriots Convention Congregation Team Campaign"
)

KNOWN_ORGANISATIONS = words(
    "Reuters AFP AP Xinhua TASS Interfax Bloomberg CNN BBC Al_Jazeera Al-Jazeera Anadolu SANA IRNA DPA Kyodo UN U.N. "
    "EU E.U. NATO ASEAN ECOWAS OPEC UNICEF UNHCR WHO IMF OCHA UNRWA ICRC IAEA Kremlin White_House Pentagon Congress "
    "Hezbollah Hamas Taliban Fatah Islamic_State ISIS ISIL IS PKK Boko_Haram al-Qaeda al-Qaida Al-Qaeda al-Shabaab "
    "Al-Shabaab Facebook Twitter Telegram WhatsApp YouTube Guardian New_York_Times Washington_Post State_Department "
    "European_Union African_Union Arab_League United_Nations Security_Council Interpol Europol Sky_News Fox_News"
)

PLACE_WORDS = words(
    "Airport Hospital Province District State Street Square River Island Islands Camp Forest Bridge Valley Mountains "
    "Mountain Region County Governorate Sea Gulf Lake Strait Road Avenue Strip Bank Peninsula Desert Hills Port "
    "Highway Heights Crossing Prison Junction City Village Town Township Market Border Bay Ocean Prefecture Oblast "
    "Territory Basin Plateau Delta Checkpoint Mosque Cathedral Station Park Stadium Barracks Garden Gate Hotel Mall "
    "Plain Plains Coast Canal Pass Dam Mine Reserve Ridge Quarter Neighborhood Neighbourhood"
)

# "Mount X", "Lake X": the class noun with a capital stands before.
PLACE_LEADS = words(
    "Mount Lake Fort Port Cape Camp Tell Tel Wadi Jebel Jabal Bab Deir Beit Khan San Santa Saint St. Ras "
    "Barangay Rio Puerto Villa Gulf Strait Sea Isle Bay Horn Port-au"
)

CLASS_NOUNS = words(
    "province district region city town village neighbourhood neighborhood suburb governorate state county area "
    "quarter "
    "hamlet municipality department prefecture camp island valley peninsula border market hospital prison airport "
    "river street square township settlement commune oblast enclave port capital coast suburbs districts provinces "
    "regions villages towns cities forest mountains hills highway road bridge checkpoint crossing junction mosque "
    "school station barracks outskirts territory canton corridor basin base stronghold"
)

PLACE_PREPOSITIONS = words(
    "in at near outside around across inside throughout toward towards within northern southern eastern western "
    "central "
    "northeastern northwestern southeastern southwestern north-eastern north-western south-eastern south-western "
    "nearby off downtown upper lower coastal neighbouring neighboring rural"
)
WEAK_PREPOSITIONS = words(
    "from to into of between through over via leaving reached entered entering south north east "
    "west besieged visited seized stormed shelled captured shelling"
)

DEMONYMS = words(
    "Afghan Albanian Algerian American Angolan Arab Argentine Armenian Australian Austrian Azerbaijani Bahraini "
    "Bangladeshi Belarusian Belgian Bolivian Bosnian Brazilian British Bulgarian Burkinabe Burmese Burundian "
    "Cambodian "
    "Cameroonian Canadian Chadian Chechen Chilean Chinese Colombian Congolese Croatian Cuban Cypriot Czech Danish "
    "Dutch "
    "Ecuadorean Ecuadorian Egyptian Emirati English Eritrean Estonian Ethiopian European Filipino Finnish French "
    "Gabonese Gambian Georgian German Ghanaian Greek Guatemalan Guinean Haitian Honduran Hungarian Icelandic Indian "
    "Indonesian Iranian Iraqi Irish Israeli Italian Ivorian Jamaican Japanese Jordanian Kazakh Kenyan Korean Kosovan "
    "Kurdish Kuwaiti Kyrgyz Laotian Latvian Lebanese Liberian Libyan Lithuanian Malagasy Malawian Malaysian Malian "
    "Maltese Mauritanian Mexican Moldovan Mongolian Moroccan Mozambican Namibian Nepalese Nepali Nicaraguan Nigerian "
    "Nigerien Norwegian Omani Pakistani Palestinian Panamanian Paraguayan Persian Peruvian Philippine Polish "
    "Portuguese "
    "Qatari Romanian Russian Rwandan Salvadoran Saudi Scottish Senegalese Serbian Singaporean Slovak Slovenian Somali "
    "Spanish Sudanese Swedish Swiss Syrian Taiwanese Tajik Tanzanian Thai Tunisian Turkish Turkmen Ugandan Ukrainian "
    "Uruguayan Uzbek Venezuelan Vietnamese Western Yemeni Zambian Zimbabwean African Asian Islamist Islamic Muslim "
    "Christian Shiite Shi'ite Sunni Druze Alawite Jewish Catholic Orthodox Hindu Buddhist Sikh Yazidi Tuareg Houthi "
    "Ossetian Tatar Rohingya Uighur Uyghur Balkan Latin Soviet Maoist Marxist Arabic Catalan Basque Baloch Pashtun "
    "Punjabi Bengali Tamil Sinhalese Tigrayan Amhara Oromo Fulani Hausa Igbo Yoruba Berber Coptic Maronite Salafist "
    "Jihadist South_Korean North_Korean South_African Sri_Lankan Saudi_Arabian"
)

CALENDAR = words(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August "
    "September October November December Jan. Feb. Mar. Apr. Jun. Jul. Aug. Sep. Sept. Oct. Nov. Dec. Jan Feb Mar Apr "
    "Jun Jul Aug Sep Sept Oct Nov Dec Ramadan Eid Christmas Easter GMT UTC Ashura Nowruz"
)

FUNCTION_WORDS = words(
    "a an the this that these those his her its their our my your some any all no each every another other both "
    "either "
    "neither many most much few several more less such and or but nor so yet if when while where who whom whose which "
    "what why how because although though since unless until before after as than like of in on at by for from to "
    "into "
    "onto with without within against between among amid across through during over under near about around above "
    "below off out up down along despite toward towards upon via per it he she they we i you him them us me himself "
    "herself itself themselves there here then now not only also even just still already later earlier again soon "
    "once "
    "twice is are was were be been being am has have had having do does did will would can could may might shall "
    "should "
    "must including meanwhile however moreover separately elsewhere instead overnight yesterday today tomorrow "
    "whether "
    "'s ’s s nearly almost least further once never always often two-thirds fewer none nobody everyone someone "
    "nothing "
    "something anyone behind beyond beside inside outside throughout according"
)

# Capitals that open a sentence without being a name, beside the function words.
COMMON_OPENERS = words(
    "according two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundreds dozens scores thousands tens "
    "hundred witnesses people local state last next first second new old earlier shortly clashes fighting shelling "
    "reports medics doctors hospitals videos video photographs asked speaking reached citing dead death families "
    "schools roads gunmen soldiers troops rebels villagers residents officers relatives activists protesters fighters "
    "militants police neither nobody women men children one internet power markets shops talks prices heavy human "
    "rescue aid security armed suspected masked government army military opposition breaking update correction "
    "sources survivors detainees officials lawyers prosecutors investigators negotiators ambulances tanks warplanes "
    "helicopters bodies nearby left half nationwide calls photo image footage statement report situation background "
    "among amid tensions sporadic hours days weeks months years since once eyewitnesses bystanders hospital another "
    "please thank yes no god let come go everything nothing something take everybody look stop"
)

NATIONAL_COUNTRY_ALIASES = words(
    "US U.S. USA U.S.A. UK U.K. UAE America Britain England Scotland Wales Russia Iran Syria Turkey Türkiye Gaza "
    "Palestine Congo DRC Burma Ivory_Coast South_Korea North_Korea Vietnam Laos Taiwan Macedonia Swaziland "
    "Czech_Republic Kosovo Africa Europe Asia Middle_East West_Bank Gaza_Strip Kashmir Crimea Kurdistan Sahel Balkans "
    "Caucasus Siberia Sinai Golan_Heights Mediterranean West_Africa East_Africa Central_African_Republic Timor-Leste "
    "Guinea-Bissau Cape_Verde Bosnia Tibet Chechnya Latin_America Central_America South_Asia Red_Sea Black_Sea "
    "Horn_of_Africa Persian_Gulf"
)
