"""Word lists: the small closed classes of English, and enough of other languages to recognise them."""


def word_set(text: str) -> frozenset[str]:
    """Return the words of `text`, which spaces part."""
    return frozenset(text.split())


PRONOUNS = word_set("he she it they him them his hers its their theirs himself herself itself themselves")
FIRST_AND_SECOND_PERSON = word_set(
    "i me my myself we us our ours ourselves you your yours yourself yourselves i'm i've we've we're"
)
SUBORDINATORS = word_set("as because although though while since if when whereas unless until once whether")
DEMONSTRATIVES = word_set("this these those such")
# What opens a sentence that leans on the one before it.
LEANING_OPENINGS = word_set(
    "this that these those such it he she they his her its their here there then thus hence so but and or nor "
    "yet also again still next another other others both neither either what who how why when if therefore "
    "consequently accordingly similarly likewise instead otherwise thereby meanwhile one some "
    "presently afterwards later now not far first second third finally firstly secondly thirdly fourthly lastly"
)
# Words inside a sentence that point out of it, or date it to when it was written.
POINTING_WORDS = word_set(
    "former latter aforementioned hereafter herein chapter section figure fig table appendix page example above below "
    "preceding previous previously here today currently recently nowadays now next "
    "respectively etc see note perhaps probably hopefully unfortunately course"
)
# "The company" was named before; so was "the resulting colony".
ANAPHORIC = word_set("author article paper book document text following latter former above others company firm")
ANAPHORIC_ADJECTIVES = word_set(
    "resulting said corresponding given current present another above following preceding previous latter former main"
)
# Of these there is one, so "the" needs no sentence before it.
UNIQUE_THINGS = word_set(
    "sun moon earth world sea sky universe internet web equator atmosphere ocean ground air human past future east "
    "west north south environment public eye brain heart blood body population economy"
)
FUNCTION_WORDS = (
    PRONOUNS
    | FIRST_AND_SECOND_PERSON
    | DEMONSTRATIVES
    | word_set(
        "a an the of to in on at by for with from as into onto upon about over under between among through during "
        "before after until since against within along across toward towards than that which who whom whose what "
        "when where why how and or but nor so yet if because although though while whereas unless whether is are "
        "was were be been being am has have had having do does did doing can could will would shall should may "
        "might must there here then thus very more most much many some any each every all both few other another "
        "same own only just also too even still again up down out off not no one s t d ll m o re ve it's that's "
        "itself however therefore hence"
    )
)

# Common function words of languages that users may send, to say "English only" rather than "no questions".
OTHER_LANGUAGES = {
    "French": word_set("le la les des du est et dans que qui une un pour pas sur sont avec ce cette aux par"),
    "German": word_set(
        "der die das und ist nicht ein eine zu den von mit auf für dem des sich auch als wird"
    ),
    "Spanish": word_set("el la los las de que y en un una es por con para del se no al lo como su"),
    "Italian": word_set("il lo la gli le di che è un una per con non del della sono nel si da dei"),
    "Portuguese": word_set("o os as de que e do da em um uma para com não por dos das no na se"),
    "Dutch": word_set("de het een van en is dat niet op te in zijn voor met die aan er ook als om"),
    "Swedish": word_set("och att det som en är på för av med den till inte om ett han var de sig från"),
    "Polish": word_set("w i na z że się do nie jest to jak od po przez dla ale są był oraz które"),
    "Latin": word_set("et in est non ad cum ut qui quae sed ex quod per ab aut sunt etiam ac"),
    "Indonesian": word_set("yang dan di ini itu dengan untuk dari tidak dalam pada adalah akan juga ke oleh"),
    "Turkish": word_set("ve bir bu da de için ile çok olan gibi daha olarak ne kadar sonra değil"),
}
