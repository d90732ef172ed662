"""Word tables of the re3d reader, as that corpus' items use them."""

from data.readers.words import word_set

QUANTIFIERS = word_set(
    "the a an all both some many several few other another any every each these those this that such more most "
    "various our their his her its my your one two three four five six seven eight nine ten dozens hundreds "
    "thousands scores at least about over nearly local"
)
# Lower-case heads of groups of people. Those in PEOPLES act as armed or political agents wherever they stand;
# the others are annotated only where they speak or act.
PEOPLES = word_set(
    "forces fighters militants rebels troops insurgents militias gunmen soldiers terrorists jihadists "
    "paramilitaries extremists"
)
AGENTS = PEOPLES | word_set(
    "officials officers activists leaders members commanders residents civilians people families victims children "
    "students journalists reporters refugees ministers diplomats operatives advisers workers partners allies "
    "representatives preservationists experts backers supporters personnel spokesman spokesperson militia "
    "participants citizens patients mourners parties protesters witnesses sources"
)
INSTITUTIONS = word_set(
    "army military coalition authorities government regime police opposition parliament ministry cabinet navy"
)
MODIFIERS = word_set(
    "security government opposition military democratic armed moderate tribal foreign pro-government regime "
    "coalition army police ground partner enemy local allied"
)
CLASS_NOUNS = word_set(
    "group movement tribe clan firm network organization organisation terrorists province district region area city "
    "town village neighborhood neighbourhood suburbs governorate county border mountains river"
)
COUNTRIES = frozenset(
    {"Iraq", "Syria", "Turkey", "Russia", "Iran", "France", "Jordan", "Lebanon", "Egypt", "Qatar", "Kuwait", "Israel"}
    | {"Saudi Arabia", "United Arab Emirates", "Emirates", "United States", "United States of America", "U.S", "U.S."}
    | {"US", "UK", "U.K", "U.K.", "United Kingdom", "Britain", "Germany", "Canada", "Australia", "Netherlands"}
    | {"Belgium", "Bahrain", "Ukraine", "Uzbekistan", "Kazakhstan", "Libya", "Yemen", "Afghanistan", "Italy", "Spain"}
    | {"Denmark", "Sweden", "Norway", "Japan", "China", "India", "Pakistan", "Washington", "Moscow", "Baghdad"}
    | {"Damascus", "Tehran", "Ankara", "London", "Paris", "Syrian Arab Republic", "USA"}
)
# Capitalised words that tell that an organisation item is no organisation, or not a whole one.
NO_ORGANIZATION = word_set(
    "Minister Ministers Secretary Commander Leaders Members Governments Men Marines Airmen CTFs Summit Dialogue "
    "Conference Operation OIR West Community Department Press Small U.S.-led Our Some His Their Its Local Foreign "
    "Battalion Resolve – —"
)
NO_LOCATION = word_set("West East Hospital Room Site Tinker D.C D.C.")
