#!/usr/bin/env python3
"""Makes the data of the benchmarks: the same arguments give the same bytes.

  generate.py site N DIR    DIR/floor.db (for the C floor), DIR/proposals.ndjson and DIR/comments.ndjson (for parvis
                            import), DIR/hugo (a Hugo site): N proposals with three published comments each, and one
                            waiting comment on every tenth
  generate.py debate N FILE contributions in the format of the Grand Débat National, nine answers each

The text is invented French: common words by a 1/rank law with a tail of made-up ones, accents, the Markdown that people
write (bold, links, lists, quotes, headings) and the characters that HTML must escape.
"""
import bisect, datetime, itertools, json, os, random, sqlite3, sys

COMMON = """la de et le les un une des du en pour que dans sur avec par plus est sont nous vous commune village rue place école mairie
chemin eau arbre lumière lampe trottoir route vélo bus enfant habitant ancien jeune maison salle fête marché jardin
forêt rivière pont budget impôt prix travaux projet conseil séance réunion question réponse demande proposition idée
avis vote élu maire public commun propre sûr calme beau vieux nouveau petit grand meilleur possible utile nécessaire
chaque tous aucun souvent parfois toujours jamais demain bientôt depuis pendant après avant entre près loin ici là
faire mettre ouvrir fermer planter réparer nettoyer éclairer limiter partager garder vendre acheter louer prêter
trop assez moins beaucoup peu très bien mal vite lentement ensemble seul matin soir nuit hiver été printemps automne
""".split()
PARTS = "ba bon cal cé chan col dor é far gar gel han jou lan lé mar mé nau ni or pa pré quai ra ro sé ta té va ver vi zon".split()


class Writer:
    """Draws words, sentences and texts from one seeded generator."""

    def __init__(self, seed):
        self.draw = random.Random(seed)
        tail = random.Random(11)
        self.tail = ["".join(tail.choice(PARTS) for _ in range(tail.randint(2, 4))) for _ in range(20000)]
        self.weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(COMMON))))

    def word(self):
        x = self.draw.random()
        if x < 0.24:
            return self.tail[int(self.draw.random() * len(self.tail))]
        word = COMMON[bisect.bisect(self.weights, self.draw.random() * self.weights[-1])]
        if x > 0.985:
            return "**%s**" % word
        if x > 0.980:
            return "« %s »" % word
        if x > 0.977:
            return "R&D"
        if x > 0.975:
            return "< 30 km/h"
        if x > 0.973:
            return "[%s](https://www.exemple.fr/%s?a=1&b=2)" % (word, self.tail[int(self.draw.random() * len(self.tail))])
        return word

    def words(self, count):
        return " ".join(self.word() for _ in range(count))

    def sentence(self):
        text = self.words(self.draw.randint(6, 19))
        return text[0].upper() + text[1:] + "."

    def paragraph(self, size):
        out = self.sentence()
        while len(out.encode()) < size:
            out += " " + self.sentence()
        return out

    def text(self, size, rich=True):
        parts, length = [], 0
        while length < size:
            x = self.draw.random()
            if rich and length and x < 0.12:
                part = "\n".join("- " + self.words(self.draw.randint(4, 9)) for _ in range(3))
            elif rich and x < 0.18:
                part = "> " + self.paragraph(80)
            elif rich and x < 0.24:
                part = "### %s\n\n%s" % (self.words(4), self.paragraph(110))
            else:
                part = self.paragraph(min(250, max(80, size - length)))
            parts.append(part)
            length += len(part.encode()) + 2
        return "\n\n".join(parts)

    def title(self):
        text = self.words(7).replace("*", "")
        text = text.replace("[", "").split("](")[0]
        return text[0].upper() + text[1:]

    def name(self):
        return "%s %s" % (self.draw.choice(["Alix", "Camille", "Dominique", "Inès", "Lou", "Maël", "Zoé"]),
                          self.tail[int(self.draw.random() * len(self.tail))].capitalize())


def instant(k):
    return (datetime.datetime(2026, 1, 5, 8) + datetime.timedelta(seconds=90 * k)).strftime("%Y-%m-%dT%H:%M:%SZ")


def records(count):
    """Each proposal with its comments, one after the other, so that memory stays flat."""
    writer = Writer(20260105)
    for number in range(1, count + 1):
        proposal = dict(number=number, title=writer.title(), author=writer.name(), created=instant(number),
                        supports=writer.draw.randint(0, 400), body=writer.text(560))
        comments = [dict(author=writer.name(), sent=instant(number + 40 * (k + 1)), state="published",
                         text=writer.text(150, rich=False)) for k in range(3)]
        if number % 10 == 0:
            comments.append(dict(author=writer.name(), sent=instant(number + 200), state="pending",
                                 text=writer.text(150, rich=False)))
        yield proposal, comments


def site(count, folder):
    os.makedirs(folder, exist_ok=True)
    database = os.path.join(folder, "floor.db")
    if os.path.exists(database):
        os.unlink(database)
    connection = sqlite3.connect(database)
    connection.executescript("""PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;
      CREATE TABLE proposal(id INTEGER PRIMARY KEY, title TEXT, author TEXT, created TEXT, supports INTEGER, body TEXT);
      CREATE TABLE comment(id INTEGER PRIMARY KEY, proposal INTEGER, author TEXT, sent TEXT, state TEXT, body TEXT);""")
    hugo = os.path.join(folder, "hugo")
    hugo_site(hugo)
    with open(os.path.join(folder, "proposals.ndjson"), "w") as proposals, \
            open(os.path.join(folder, "comments.ndjson"), "w") as comments:
        for proposal, talk in records(count):
            number = proposal["number"]
            connection.execute("INSERT INTO proposal VALUES(?,?,?,?,?,?)",
                               (number, proposal["title"], proposal["author"], proposal["created"],
                                proposal["supports"], proposal["body"]))
            proposals.write(json.dumps(dict(
                reference="p%06d" % number, consultation="banc", title=proposal["title"], body=proposal["body"],
                author=proposal["author"], created=proposal["created"], state="published",
                supports_verified=proposal["supports"], supports_unverified=0), ensure_ascii=False) + "\n")
            for k, comment in enumerate(talk):
                connection.execute("INSERT INTO comment(proposal, author, sent, state, body) VALUES(?,?,?,?,?)",
                                   (number, comment["author"], comment["sent"], comment["state"], comment["text"]))
                comments.write(json.dumps(dict(
                    reference="c%06d-%d" % (number, k), proposal="p%06d" % number, kind="comment",
                    author=comment["author"], sent=comment["sent"], text=comment["text"], state=comment["state"]),
                    ensure_ascii=False) + "\n")
            hugo_page(hugo, proposal, talk)
    connection.execute("CREATE INDEX comment_proposal ON comment(proposal, state, id)")
    connection.commit()
    connection.close()


HUGO = {
    "config.toml": 'baseURL = "https://commune.exemple.fr/"\ntitle = "Commune"\nlanguageCode = "fr"\nrssLimit = 50\n'
                   'paginate = 50\ndisableKinds = ["taxonomy", "term", "sitemap", "robotsTXT", "404"]\n'
                   'timeout = "600s"\n[outputs]\npage = ["HTML", "JSON"]\nsection = ["HTML", "RSS"]\nhome = ["HTML"]\n',
    "layouts/_default/single.html":
        '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{{ .Title }}</title>'
        '<link rel="stylesheet" href="/s.css"></head><body><main><h1>{{ .Title }}</h1><p>{{ .Params.author }}, '
        '{{ .Params.created }}, {{ .Params.supports }}</p>{{ .Content }}</main></body></html>\n',
    "layouts/_default/single.json":
        '{"title":{{ .Title | jsonify }},"author":{{ .Params.author | jsonify }},"supports":{{ .Params.supports }},'
        '"markdown":{{ .RawContent | jsonify }}}\n',
    "layouts/_default/list.html":
        '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{{ .Title }}</title></head><body><ul>'
        '{{ $p := .Paginator }}{{ range $p.Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}'
        '</ul></body></html>\n',
    "layouts/index.html":
        '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{{ .Site.Title }}</title></head>'
        '<body></body></html>\n',
}


def hugo_site(folder):
    for name, text in HUGO.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)


def hugo_page(folder, proposal, talk):
    number = proposal["number"]
    path = os.path.join(folder, "content/p/%03d" % (number // 1000))
    os.makedirs(path, exist_ok=True)
    with open(os.path.join(path, "p%06d.md" % number), "w") as file:
        file.write("+++\ntitle = %s\nauthor = %s\ncreated = %s\nsupports = %d\n+++\n%s\n" % (
            json.dumps(proposal["title"], ensure_ascii=False), json.dumps(proposal["author"], ensure_ascii=False),
            json.dumps(proposal["created"]), proposal["supports"], proposal["body"]))
        for comment in talk:
            if comment["state"] == "published":
                file.write("\n#### %s, %s\n\n%s\n" % (comment["author"], comment["sent"], comment["text"]))


def debate(count, path):
    writer = Writer(20190122)
    with open(path, "w") as file:
        file.write("[\n")
        for number in range(1, count + 1):
            day = (datetime.datetime(2019, 1, 22) + datetime.timedelta(seconds=45 * number)).strftime("%Y-%m-%d %H:%M:%S")
            answers = []
            for k in range(9):
                value = writer.text(90, rich=False)
                if k == 0:
                    value = json.dumps(dict(labels=[writer.words(2), writer.words(3)], other=None), ensure_ascii=False)
                answers.append(dict(questionId="UXVlc3Rpb246MTY%d" % k, questionTitle="Question numéro %d ?" % (k + 1),
                                    value=value, formattedValue=value))
            file.write(json.dumps(dict(
                id="UHJvcG9zYWw6%08d" % number, reference="2-%d" % number, title=writer.title(), createdAt=day,
                publishedAt=day, updatedAt=None, trashed=False, trashedStatus=None,
                authorId="VXNlcjo%07d" % (number // 2), authorType="Citoyen / Citoyenne",
                authorZipCode="%05d" % (55000 + number % 900), responses=answers), ensure_ascii=False))
            file.write("\n,\n" if number < count else "\n")
        file.write("]\n")


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in ("site", "debate"):
        sys.exit(__doc__)
    (site if sys.argv[1] == "site" else debate)(int(sys.argv[2]), sys.argv[3])
