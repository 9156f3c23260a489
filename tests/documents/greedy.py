"""Documents that ask for as much as they can, each by the name of its kind. All are within what a body may be."""

from typing import Any

Greedy = dict[str, tuple[str, dict[str, Any]]]
"""By the kind's name: a document and its variables."""

POST = "id body authorName createdAt cursor author { username } topic { title } reactions { kind count }"


def chain(length: int, spreads: int, leaf: str = "__typename", on: str = "Query") -> str:
    links = "".join(f"fragment F{n} on {on} {{ {f'...F{n + 1} ' * spreads}}} " for n in range(length))
    return f"{links}fragment F{length} on {on} {{ {leaf} }}"


def aliases(number: int, field: str) -> str:
    return "{" + " ".join(f"a{n}: {field}" for n in range(number)) + "}"


def nested(levels: int, before: str, leaf: str, after: str = "}") -> str:
    return before * levels + leaf + after * levels


def _deep_list(levels: int) -> list[Any]:
    found: list[Any] = []
    for _ in range(levels):
        found = [found]
    return found


def _plain(documents: dict[str, str]) -> Greedy:
    return {name: (document, {}) for name, document in documents.items()}


ALIASES = _plain({
    "3,000 aliases": aliases(3000, "__typename"),
    "900 counted searches": aliases(900, 'searchPosts(query:"mot"){totalCount}'),
    "60 counted searches": aliases(60, 'searchPosts(query:"mot"){totalCount}'),
    "15 counted searches": aliases(15, 'searchPosts(query:"a"){totalCount}'),
    "60 searches": aliases(60, 'searchPosts(query:"a",first:100){edges{node{id}}}'),
    "60 trees": aliases(60, "categories{sections{subsections{subsections{id name}}}}"),
    "60 sections": aliases(60, 'section(slug:"annonces"){topics(first:100){edges{node{id unreadCount}}}}'),
    "60 alliances": aliases(60, "alliances{tag members{pseudo census{tdc}}}"),
    "60 nodes": aliases(60, 'node(id:"VG9waWM6MQ=="){id ...on Topic{posts(first:100){edges{node{body}}}}}'),
    "60 users": aliases(60, "users(first:100){totalCount edges{node{username}}}"),
    "60 roles": aliases(60, "roles{name}"),
    "aliases in fragments": "{...A ...B} fragment A on Query" + aliases(50, "me{id}")
    + " fragment B on Query" + aliases(50, "me{id}").replace("a", "b"),
    "aliases below a page": '{section(slug:"annonces"){topics(first:100){edges{node' + aliases(60, "posts(first:100){totalCount}") + "}}}}",
})  # fmt: skip
FRAGMENTS = _plain({
    **{f"chain of {n}": "{...F0} " + chain(n, 1) for n in (30, 61, 100, 200, 450, 700)},
    **{f"chain of {n}, twice each": "{...F0} " + chain(n, 2) for n in (10, 20, 40, 61, 200, 450)},
    "chain of 450, ten times each": "{...F0} " + chain(450, 10),
    "unused chain of 450": "{__typename} " + chain(450, 1),
    "unused chain of 450, twice each": "{__typename} " + chain(450, 2),
    "fan of 500": "{" + "".join(f"...F{n} " for n in range(500)) + "}" + "".join(f" fragment F{n} on Query{{me{{id}}}}" for n in range(500)),
    "fan of 20 over 20 over 20": "{" + "...A " * 20 + "} fragment A on Query{" + "...B " * 20 + "} fragment B on Query{" + "...C " * 20 + "} fragment C on Query{me{id}}",
    "one fragment 2,000 times": "{" + "...F " * 2000 + "} fragment F on Query{me{id}}",
    "a fragment in itself": "{...F} fragment F on Query{...F}",
    "two in each other": "{...F} fragment F on Query{...G ...G} fragment G on Query{...F ...F}",
    "a ring of 300": "{...F0} " + "".join(f"fragment F{n} on Query{{...F{(n + 1) % 300}}} " for n in range(300)),
    "rings below fields": "{categories{sections{...F}}} fragment F on Section{parent{...G ...F}} fragment G on Section{subsections{...F ...G}}",
    "fragments with directives": "{...F0} " + chain(55, 2, "__typename @include(if:true)"),
    "unknown fragments": "{" + "".join(f"...N{n} " for n in range(2500)) + "}",
    "2,000 inline fragments": "{" + "...{__typename} " * 1300 + "}",
    "inline fragments 1,000 deep": nested(1000, "{...", "{__typename}"),
    "inline fragments 100 deep": nested(100, "{...", "{__typename}"),
    "inline fragments 55 deep": nested(55, "{...", "{__typename}"),
    "a union of all types": '{node(id:"VG9waWM6MQ=="){' + "".join(
        f"...on {name}{{id}} " for name in ("Topic", "Post", "Section", "User", "Alliance", "Member", "Order", "Census") * 60) + "}}",
    "unions in unions": '{node(id:"VG9waWM6MQ==")' + nested(25, "{...on Topic{section{topics{edges{node", "{id}", "}}}}}") + "}",
})  # fmt: skip
DEEP = _plain({
    "sections 1,000 deep": "{categories" + nested(1000, "{sections", "{id}") + "}",
    "subsections 28 deep": "{categories{sections" + nested(26, "{subsections", "{id}") + "}}",
    "parents and subsections": "{categories{sections" + nested(12, "{parent{subsections", "{id}", "}}") + "}}",
    "categories and sections": "{categories" + nested(12, "{sections{category", "{id}", "}}") + "}",
    "topics of sections of topics": '{section(slug:"annonces")' + nested(6, "{topics(first:100){edges{node{section", "{id}", "}}}}") + "}",
    "posts of topics of posts": '{section(slug:"annonces"){topics{edges{node' + nested(4, "{posts(first:100){edges{node{topic", "{id}", "}}}}") + "}}}}",
    "members of alliances of members": "{alliances" + nested(10, "{members{alliance", "{tag}", "}}") + "}",
    "orders of alliances of requesters": "{alliances" + nested(5, "{orders{requester{alliance", "{tag}", "}}}") + "}",
    "hostings of hostings": "{alliances" + nested(8, "{hostings{mother", "{tag}", "}}") + "}",
    "convoys and orders": "{alliances{orders" + nested(8, "{convoys{order", "{id}", "}}") + "}}",
    "characters of authors": '{section(slug:"annonces"){topics(first:100){edges{node{posts(first:100){edges{node{author{characters{faction{id}}}}}}}}}}}',
    "braces alone": "{" * 50_000,
    "fields 300 deep": nested(300, "{a", "", "}"),
})  # fmt: skip
WIDE = _plain({
    "8,500 fields": "{" + "me{id} " * 2100 + "}",
    "7,900 tokens of one name": "{" + "__typename " * 7900 + "}",
    "one field with many names below": "{" + "categories{id} " * 1500 + "}",
    "fields that overlap": "{" + "me{id ...F} " * 400 + "} fragment F on User{" + "role{id} " * 400 + "}",
    "fields that differ by arguments": "{" + "".join(f'section(slug:"{n}"){{id}} ' for n in range(700)) + "}",
    "conflicts in fragments": "{" + "".join(f"...F{n} " for n in range(150)) + "}" + "".join(
        f' fragment F{n} on Query{{x:section(slug:"{n}"){{y:id z:name}}}}' for n in range(150)),
    "everything of 100 posts": f'{{section(slug:"annonces"){{topics(first:100){{edges{{node{{posts(first:100){{edges{{node{{{POST}}}}}}}}}}}}}}}}}',
    "everything of 20 posts": f'{{section(slug:"annonces"){{topics{{edges{{node{{posts{{edges{{node{{{POST}}}}}}}}}}}}}}}}}',
    "100 topics counted": '{section(slug:"annonces"){topics(first:100){edges{node{unreadCount posts{totalCount}}}}}}',
    "pages whose size is a mystery": "query($n:Int){" + 'section(slug:"annonces"){topics(first:$n){edges{node{posts(first:$n){edges{node{id body}}}}}}}' + "}",
    "2,500 unknown fields": "{" + "".join(f"nothing{n} " for n in range(2500)) + "}",
    "2,500 misspelled fields": "{" + "".join(f"categorie{n} " for n in range(2500)) + "}",
})  # fmt: skip
ARGUMENTS = _plain({
    "an argument 2,000 times": '{section(' + 'slug:"a" ' * 1900 + "){id}}",
    "unknown arguments": "{categories(" + "".join(f"a{n}:1 " for n in range(1900)) + "){id}}",
    "a list 3,000 deep": "{section(slug:" + "[" * 3000 + "]" * 3000 + "){id}}",
    "a list 150 deep": "{section(slug:" + "[" * 150 + "1" + "]" * 150 + "){id}}",
    "an object 150 deep": "{section(slug:" + "{a:" * 150 + "1" + "}" * 150 + "){id}}",
    "a list of 7,000": "{section(slug:[" + "1 " * 7000 + "]){id}}",
    "an input field 1,500 times": 'mutation{login(input:{' + 'login:"a" ' * 1500 + "}){accessToken}}",
    "a string of 90,000": '{section(slug:"' + "x" * 90_000 + '"){id}}',
    "a block string of 90,000 lines": '{section(slug:"""' + "\n" * 90_000 + '"""){id}}',
    "90,000 escapes": '{section(slug:"' + "\\n" * 45_000 + '"){id}}',
    "a search of 90,000": '{searchPosts(query:"' + "mot " * 22_000 + '"){totalCount}}',
    "a search of single letters": '{searchPosts(query:"a b c d e f g h i j k l m n o p q r s t u v w x y z"){totalCount edges{node{id}}}}',
    "a number of 90,000 digits": "{users(first:" + "9" * 90_000 + "){totalCount}}",
    "a float of 90,000 digits": "{users(first:1." + "9" * 90_000 + "e99999){totalCount}}",
    "a name of 90,000": "{" + "a" * 90_000 + "}",
    "30,000 commas": "{__typename" + "," * 90_000 + "}",
    "30,000 comments": "{__typename}" + "#\n" * 40_000,
    "one long comment": "{__typename}#" + "x" * 95_000,
    "100,001 characters": "{__typename}" + " " * 100_000,
    "900,000 characters": "{__typename " + "me{id} " * 120_000 + "}",
})  # fmt: skip
DIRECTIVES = _plain({
    "2,000 directives on a field": "{__typename " + "@include(if:true) " * 1100 + "}",
    "2,000 unknown directives": "{__typename " + "@oops " * 2600 + "}",
    "61 directives": "{" + "".join(f"a{n}:__typename @skip(if:false) " for n in range(60)) + "__typename @include(if:true)}",
    "directives on the operation": "query " + "@include(if:true) " * 1100 + "{__typename}",
    "directives on variables": "query(" + "".join(f"$v{n}:Int @a @b " for n in range(700)) + "){__typename}",
    "skipped wholes": "query($no:Boolean=false){" + 'section(slug:"annonces") @include(if:$no){topics(first:100){edges{node{posts(first:100){edges{node{id}}}}}}} ' + "}",
    "deferred and streamed": "{...@defer{categories{id @stream}} ...@defer{categories{id}}}",
})  # fmt: skip
OPERATIONS = _plain({
    "1,300 operations": " ".join(f"query Q{n}{{__typename}}" for n in range(1300)),
    "600 operations over 300 fragments": " ".join(f"query Q{n}{{...F}}" for n in range(600)) + " fragment F on Query{"
    + " ".join(f"...G{n}" for n in range(300)) + "}" + "".join(f" fragment G{n} on Query{{me{{id}}}}" for n in range(300)),
    "50 operations over 400 fragments": " ".join(f"query Q{n}($v:Int){{...F}}" for n in range(50)) + " fragment F on Query{"
    + " ".join(f"...G{n}" for n in range(400)) + "}" + "".join(f" fragment G{n} on Query{{users(first:$v){{totalCount}}}}" for n in range(400)),
    "1,900 variables": "query(" + "".join(f"$v{n}:Int " for n in range(1900)) + "){__typename}",
    "a variable of 900 names": "query($v:String!){" + "section(slug:$v){id} " * 800 + "}",
    "60 logins": "mutation" + aliases(60, 'login(input:{login:"player_pure",password:"password123"}){accessToken}'),
    "60 registrations": "mutation{" + "".join(f'a{n}:register(input:{{username:"g{n}",email:"g{n}@x.org",password:"mille pattes"}}){{accessToken}} ' for n in range(60)) + "}",
    "2 logins": "mutation" + aliases(2, 'login(input:{login:"player_pure",password:"password123"}){accessToken}'),
    "100 posts": "mutation" + aliases(100, 'createPost(input:{topicId:"VG9waWM6MQ==",body:"x"}){id}'),
    "60 posts": "mutation" + aliases(60, 'createPost(input:{topicId:"VG9waWM6MQ==",body:"x"}){id}'),
    "60 refreshed sessions": "mutation" + aliases(60, 'refreshSession(refreshToken:"x"){accessToken}'),
    "a subscription": "subscription{postAdded{id}}",
    "two subscriptions": "subscription{a:postAdded{id} b:postAdded{id}}",
    "a greedy subscription": 'subscription{postAdded{topic{posts(first:100){edges{node{topic{posts(first:100){edges{node{id}}}}}}}}}}',
    "a subscription of 2,000 fragments": "subscription{" + "...F " * 2000 + "} fragment F on Subscription{postAdded{id}}",
    "a schema definition": "".join(f"type T{n}{{a:Int}} " for n in range(1000)),
})  # fmt: skip
INTROSPECTION = _plain({
    "the whole schema": "{__schema{types{name description fields{name description args{name type{name ofType{name}}} type{name ofType{name ofType{name}}}} enumValues{name} inputFields{name}}}}",
    "types of fields of types": "{__schema{types{fields{type{fields{type{fields{type{fields{name}}}}}}}}}}",
    "types twice": "{__schema{types{fields{type{fields{type{name}}}}}}}",
    "60 types": aliases(60, '__type(name:"Topic"){fields{name type{name fields{name}}}}'),
    "60 schemas": aliases(60, "__schema{types{name fields{name}}}"),
    "interfaces of types": "{__schema{types" + nested(8, "{possibleTypes{interfaces", "{name}", "}}") + "}}",
    "names of types": "{" + "__typename " * 60 + "__schema{queryType{name}}}",
})  # fmt: skip
VARIABLES: Greedy = {
    "a variable of 900,000": ("query($s:String!){section(slug:$s){id}}", {"s": "x" * 900_000}),
    "a search of 900,000": ("query($s:String!){searchPosts(query:$s){totalCount}}", {"s": "mot " * 220_000}),
    "100,000 ids": ("mutation($i:[ID!]){markNotificationsRead(ids:$i)}", {"i": ["TjoxMjM="] * 70_000}),
    "100,000 wrong ids": ("mutation($i:[ID!]){markNotificationsRead(ids:$i)}", {"i": [[]] * 200_000}),
    "a list 500 deep": ("query($s:String!){section(slug:$s){id}}", {"s": _deep_list(500)}),
    "100,000 unused variables": ("{__typename}", {f"v{n}": n for n in range(60_000)}),
    "20,000 members": (
        'mutation($m:[MemberSyncInput!]!){syncMembers(allianceTag:"TRM",members:$m){id}}',
        {"m": [{"pseudo": f"p{n}", "tdc": n} for n in range(20_000)]},
    ),
    "members without names": (
        'mutation($m:[MemberSyncInput!]!){syncMembers(allianceTag:"TRM",members:$m){id}}',
        {"m": [{"oops": 1}] * 60_000},
    ),
    "an order of 400 digits": ("query($n:Int){users(first:$n){totalCount}}", {"n": 10**18}),
    "a page of pages": (
        'query($n:Int){section(slug:"annonces"){topics(first:$n){edges{node{posts(first:$n){totalCount}}}}}}',
        {"n": 100},
    ),
}

GREEDY: Greedy = {
    **ALIASES,
    **FRAGMENTS,
    **DEEP,
    **WIDE,
    **ARGUMENTS,
    **DIRECTIVES,
    **OPERATIONS,
    **INTROSPECTION,
    **VARIABLES,
}
