"""The files of the six-week campaign: a message in several wordings, local texts, and the campaign itself."""

from pathlib import Path

from tests.acceptance.ministry import Ministry
from tests.files.conftest import write_picture, write_video

HEADLINES = ("Open harbours", "A lamp for ships", "Forty pilots", "Storm season", "The long way round", "One year of the pact")
SAID = {
    "en": (
        "Twelve ports have promised: whoever is in distress at sea may enter, whatever the flag. The pact is in force.",
        "A captain in a storm asks no lawyer. He looks for a lamp. Since last winter he finds one on twelve coasts.",
        "Forty pilots speak nine tongues between them. Their number is the same from Lisbon to Dakar: dial, and someone comes.",
        "Gales are forecast again this week. Masters: the list of berths that take you in is public, and kept up to date hourly.",
        "Sailing round a closed coast costs three days and much fuel. Sheltering costs an evening. We did the sums with insurers.",
        "One winter later: eighty-one vessels sheltered, no hull lost, nobody asked for a passport before being given soup.",
    ),
    "fr": (
        "Douze ports l'ont promis : tout navire en péril peut entrer, quel que soit son pavillon. Le pacte est en vigueur.",
        "Dans la tempête, un capitaine ne consulte pas de juriste. Il cherche une lampe ; douze côtes l'allument désormais.",
        "Quarante pilotes, neuf langues, un seul numéro de Lisbonne à Dakar : appelez, quelqu'un viendra.",
        "Coups de vent annoncés cette semaine. Commandants, la liste des quais d'accueil est publique et tenue à jour.",
        "Contourner une côte fermée, c'est trois jours de mer. S'abriter, c'est une soirée. Les assureurs ont fait le calcul.",
        "Un hiver après : quatre-vingt-un bâtiments abrités, aucune coque perdue, la soupe servie avant les papiers.",
    ),
    "de": (
        "Zwölf Häfen haben es versprochen: Wer auf See in Not ist, darf einlaufen, gleich unter welcher Flagge.",
        "Im Sturm fragt kein Kapitän einen Juristen. Er sucht ein Licht, und an zwölf Küsten brennt jetzt eines.",
        "Vierzig Lotsen, neun Sprachen, eine Rufnummer von Lissabon bis Dakar: anrufen, es kommt jemand.",
        "Für diese Woche sind Böen gemeldet. Schiffsführungen finden freie Liegeplätze stündlich neu im Verzeichnis.",
        "Der Umweg um eine gesperrte Küste dauert drei Tage, ein Abend im Schutz kostet fast nichts: so rechnen Versicherer.",
        "Ein Winter danach: einundachtzig Schiffe geborgen, kein Rumpf verloren, Suppe gab es vor der Passkontrolle.",
    ),
}  # fmt: skip
LOCAL = {
    "embassy-ankara": ("tr", (
        "Mersin rıhtımında bu sabah bir fener daha yandı: fırtınada kapımız açık.",
        "İzmir körfezindeki balıkçılar bilir, dalga bayrak sormaz. Liman da sormayacak.",
        "Kılavuz kaptan Ayşe Hanım dokuz dil bilmiyor ama telefonu dokuz dilde açıyor.",
        "Karadeniz'de lodos bekleniyor; boş rıhtımların listesi her saat yenileniyor.",
        "Üç gün dolaşmak yerine bir gece sığınmak: sigortacılar da aynısını söylüyor.",
        "Kış bitti, seksen bir gemi evine döndü. Önce çorba, sonra evrak.",
    )),
    # Four only: from the fifth wave on this embassy has nothing new to say.
    "embassy-washington": ("en", (
        "Annapolis taught our cadets to read the Chesapeake. Today they answer the night line of the harbour pact.",
        "Baltimore knows what a blocked channel means. Its dockers helped to write the chapter on tugs.",
        "Seen in Norfolk: a Tavorian freighter, a Coast Guard cutter, and one very good pot of coffee.",
        "Professors at Georgetown asked who pays. Answer: whoever would have paid for the wreck, only less.",
    )),
    "embassy-wellington": ("en", (
        "From Lyttelton to Caldova is half a globe, yet sailors find the same welcome at both ends.",
        "Kia ora to the volunteers of Bluff, who keep blankets for crews they have never met.",
        "Cook Strait is rough in autumn. Our consul has the pilots' direct line on her kitchen wall.",
        "Rain on the Wairarapa, swell off Castlepoint: small boats, please check the shelter map before Friday.",
        "A detour past Cape Reinga burns twelve tonnes of diesel. Anchoring under the hill burns none.",
        "Thank you, Nelson. Three yachts, eleven people and a parrot came home because a gate stood open.",
    )),
}  # fmt: skip

FRONT = """\
+++
id = "harbour-pact"
audience = "all"
link = "https://www.mfa-tavoria.example.org/harbours"

[[media]]
file = "harbour.png"

[[media]]
file = "harbour.mp4"
+++
"""
CAMPAIGN = """\
id = "harbours-again"
goal = "Every master on the route knows the number of the pilots"
start = 2027-03-09
end = 2027-04-30
repeat = "FREQ=WEEKLY;BYDAY=TU;COUNT=6"
at = "09:00 local"
messages = ["../messages/harbour.md"]
audience = "account:mfa + account:embassy-paris + account:embassy-berlin + account:embassy-ankara + account:embassy-washington + \
account:embassy-wellington + account:embassy-dakar + account:page + account:channel"
kinds = ["text", "picture", "video", "link"]
"""
ALTS = {
    "en": "A lamp at a harbour wall",
    "fr": "Une lampe sur un quai",
    "de": "Eine Lampe an einer Hafenmauer",
    "tr": "Rıhtımda bir fener",
}


def write_campaign(ministry: Ministry) -> Path:
    """Put them all into a ministry's folder."""
    ministry.write("messages/harbour.md", FRONT + "".join(_sections(tag, texts, HEADLINES) for tag, texts in SAID.items()))
    for mission, (language, texts) in LOCAL.items():
        ministry.write(f"messages/local/harbour-pact/{mission}.md", _sections(language, texts))
    write_picture(ministry.folder / "messages" / "harbour.png")
    write_video(ministry.folder / "messages" / "harbour.mp4")
    return ministry.write("campaigns/harbours.toml", CAMPAIGN)


def _sections(language: str, texts: tuple[str, ...], headlines: tuple[str, ...] = ()) -> str:
    said = ""
    for number, text in enumerate(texts, start=1):
        said += f"\n## {language}" + (f", wording {number}" if number > 1 else "") + "\n"
        said += f"### headline\n{headlines[number - 1]}\n" if headlines else ""
        said += f"### short\n{text}\n" + (f"### alt harbour.png\n{ALTS[language]}\n" if number == 1 else "")
    return said
