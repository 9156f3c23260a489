"""What players read: every message of the API, French first, English for those whose browser prefers it."""

FRENCH, ENGLISH = "fr", "en"

_MESSAGES: dict[str, tuple[str, str]] = {
    "internal": ("Une erreur interne est survenue.", "An internal error occurred."),
    "unavailable": (
        "Le service est momentanément indisponible, réessayez dans {retry_after} s.",
        "The service is unavailable for the moment, try again in {retry_after} s.",
    ),
    "bad_query": ("La requête GraphQL n'est pas valide : {reason}", "The GraphQL request is not valid: {reason}"),
    "bad_body": ("Le corps de la requête doit être un objet JSON.", "The request's body must be a JSON object."),
    "body_too_large": (
        "Le corps de la requête dépasse {limit} octets.",
        "The request's body is larger than {limit} bytes.",
    ),
    "bad_text": (
        "Le texte contient un caractère interdit (NUL ou demi-codet isolé).",
        "The text holds a forbidden character (NUL or a lone surrogate).",
    ),
    "too_many_subscriptions": (
        "Trop d'abonnements ouverts en même temps : fermez-en ou demandez-leur moins.",
        "Too many subscriptions are open at once: close some, or ask less of them.",
    ),
    "subscription_without_stream": (
        "Un abonnement demande une socket graphql-transport-ws, ou `Accept: text/event-stream`.",
        "A subscription takes a graphql-transport-ws socket, or `Accept: text/event-stream`.",
    ),
    "foreign_origin": (
        "Ce service ne se laisse pas appeler par la page d'où vient cette requête.",
        "This service may not be called by the page that this request comes from.",
    ),
    "too_complex": ("La requête est trop complexe ({limit}).", "The query is too complex ({limit})."),
    "short_text": ("Il faut au moins {least} caractères.", "At least {least} characters are needed."),
    "bad_name": (
        "Ce nom contient un caractère invisible ou une espace mal placée.",
        "This name holds an invisible character or a misplaced space.",
    ),
    "bad_id": ("Cet identifiant n'est pas valide.", "This id is not valid."),
    "bad_cursor": ("Ce curseur n'est pas valide.", "This cursor is not valid."),
    "one_scope": ("Un sujet ou une section, pas les deux.", "A topic or a section, not both."),
    "bad_page_size": ("Entre 1 et {most} éléments par page.", "Between 1 and {most} items a page."),
    "conflict": (
        "Quelqu'un d'autre a été plus rapide, ou ce nom est déjà pris.",
        "Somebody else was quicker, or this name is taken.",
    ),
    "new_post": ("{author} a écrit dans « {title} ».", "{author} wrote in “{title}”."),
    "post_edited": (
        "La modération a modifié votre message dans « {title} ».",
        "The moderators edited your post in “{title}”.",
    ),
    "post_deleted": (
        "La modération a supprimé votre message dans « {title} ».",
        "The moderators deleted your post in “{title}”.",
    ),
    "topic_edited": (
        "La modération a renommé votre sujet : « {title} ».",
        "The moderators renamed your topic: “{title}”.",
    ),
    "topic_moved": ("La modération a déplacé votre sujet « {title} ».", "The moderators moved your topic “{title}”."),
    "topic_deleted": (
        "La modération a supprimé votre sujet « {title} ».",
        "The moderators deleted your topic “{title}”.",
    ),
    "hidden_topic_moved": ("La modération a déplacé l'un de vos sujets.", "The moderators moved one of your topics."),
    "hidden_topic_deleted": (
        "La modération a supprimé l'un de vos sujets.",
        "The moderators deleted one of your topics.",
    ),
    "too_many_ids": ("Au plus {most} identifiants à la fois.", "At most {most} ids at once."),
    "no_words": (
        "Il faut au moins une lettre ou un chiffre à chercher.",
        "There must be at least a letter or a digit to search for.",
    ),
    "bad_position": ("La position va de 0 à {most}.", "A position goes from 0 to {most}."),
    "section_name_taken": (
        "Une section voisine s'appelle déjà « {name} ».",
        "A section beside it is already called “{name}”.",
    ),
    "section_cycle": (
        "Une section ne peut pas être rangée sous elle-même.",
        "A section cannot be placed under itself.",
    ),
    "parent_elsewhere": (
        "La section parente est dans une autre catégorie.",
        "The parent section is in another category.",
    ),
    "parent_deleted": (
        "La section parente est supprimée : restaurez-la d'abord.",
        "The parent section is deleted: restore it first.",
    ),
    "kept_section": (
        "Cette section est tenue par son alliance : elle ne se change pas à la main.",
        "This section is kept by its alliance: it cannot be changed by hand.",
    ),
    "no_such_faction": ("Cette faction n'existe pas.", "There is no such faction."),
    "no_such_clan": ("Ce clan n'existe pas.", "There is no such clan."),
    "clan_opens_nothing": (
        "Ce clan n'est pas de cette faction : personne ne verrait la section.",
        "This clan is not of this faction: nobody would see the section.",
    ),
    "not_found": ("Introuvable.", "Not found."),
    "forbidden": ("Vous n'avez pas le droit de faire cela.", "You are not allowed to do this."),
    "not_administrator": (
        "Seuls ceux qui administrent l'alliance en ont le droit.",
        "Only those who administer the alliance may.",
    ),
    "alliance_key_missing": (
        "La clé de l'alliance manque : ses fonctionnalités sont bloquées jusqu'à ce qu'un administrateur la restaure.",
        "The alliance's key is missing: its features are blocked until an administrator restores it.",
    ),
    "alliance_key_invalid": (
        "La clé de l'alliance n'est pas la bonne : ses fonctionnalités sont bloquées jusqu'à sa restauration.",
        "The alliance's key is not the right one: its features are blocked until it is restored.",
    ),
    "alliance_key_missing_told": (
        "{alliance} : la clé manque, les fonctionnalités de l'alliance sont bloquées.",
        "{alliance}: the key is missing, the alliance's features are blocked.",
    ),
    "alliance_key_invalid_told": (
        "{alliance} : la clé n'est pas la bonne, les fonctionnalités de l'alliance sont bloquées.",
        "{alliance}: the key is not the right one, the alliance's features are blocked.",
    ),
    "alliance_key_back_told": (
        "{alliance} : la clé est restaurée, les fonctionnalités de l'alliance reprennent.",
        "{alliance}: the key is restored, the alliance's features are back.",
    ),
    "bad_alliance_key": ("Ce texte n'est pas une clé d'alliance.", "This text is no alliance key."),
    "mistyped_alliance_key": (
        "Cette clé comporte une faute de frappe.",
        "There is a mistake in this key.",
    ),
    "wrong_alliance_key": (
        "Ce n'est pas la clé sous laquelle les sections de l'alliance sont chiffrées.",
        "This is not the key that the alliance's sections are encrypted under.",
    ),
    "rotation_under_way": (
        "Un changement de clé est déjà en cours.",
        "The key is being changed already.",
    ),
    "no_vault": ("L'alliance n'a pas de section coffre.", "The alliance has no vault section."),
    "hosting_is_open": ("Cet hébergement est déjà ouvert.", "This hosting is open already."),
    "hosting_declined_lately": (
        "Cette demande n'a pas abouti : la suivante est possible au bout de {days} jours.",
        "This proposal came to nothing: the next one is possible after {days} days.",
    ),
    "hosting_proposed": (
        "{mother} demande que {host} héberge certains de ses membres : acceptez ou refusez.",
        "{mother} asks {host} to house some of its members: accept or decline.",
    ),
    "hosting_accepted": (
        "{host} accepte d'héberger des membres de {mother}.",
        "{host} agrees to house members of {mother}.",
    ),
    "hosting_declined": (
        "{host} refuse d'héberger des membres de {mother}.",
        "{host} declines to house members of {mother}.",
    ),
    "own_host": ("Une alliance ne s'héberge pas elle-même.", "An alliance does not host itself."),
    "sealed_row": (
        "Ce texte est chiffré et ne s'ouvre pas : il ne peut pas être changé.",
        "This text is encrypted and does not open: it cannot be changed.",
    ),
    "harvest_blocked": (
        "{alliance} : la mise à jour des droits à ressources est bloquée, faute de recensement de {pseudos}.",
        "{alliance}: the update of resource rights is blocked for want of a census from {pseudos}.",
    ),
    "harvest_failed": (
        "{alliance} : la mise à jour des droits à ressources a échoué ; elle est retentée chaque minute.",
        "{alliance}: the update of resource rights failed; it is tried again each minute.",
    ),
    "bad_harvest": (
        "La prochaine récolte a lieu dans la demi-heure : cet instant n'est pas plausible.",
        "The next harvest is at most half an hour away: this instant is not plausible.",
    ),
    "bad_coefficient": ("Un coefficient va de 0 à {most} %.", "A coefficient goes from 0 to {most}%."),
    "bad_rights": ("Ces droits dépassent {most} matériaux.", "These rights pass {most} materials."),
    "closed_section": ("Vous n'avez pas accès à cette section.", "You have no access to this section."),
    "sign_in_to_introspect": (
        "Connectez-vous pour lire le schéma de l'API.",
        "Sign in to read the API's schema.",
    ),
    "no_introspection": (
        "Le schéma de l'API ne se lit pas sur ce service.",
        "This service does not show its API's schema.",
    ),
    "empty_text": ("Le texte est vide.", "The text is empty."),
    "long_text": ("Le texte dépasse {most} caractères.", "The text is longer than {most} characters."),
    "one_line": (
        "Un titre tient sur une ligne, sans caractère de contrôle.",
        "A title is one line without control characters.",
    ),
    "locked_topic": ("Ce sujet est verrouillé.", "This topic is locked."),
    "managed_section": (
        "Cette section est gérée par le service : on n'y écrit pas à la main.",
        "This section is managed by the service: nothing is written here by hand.",
    ),
    "sealed_reaction": (
        "On ne réagit pas à un message chiffré.",
        "Nobody reacts to an encrypted post.",
    ),
    "managed_topics": (
        "Les sujets de cette section sont gérés par le service.",
        "The topics of this section are managed by the service.",
    ),
    "staff_announces": (
        "Seule l'équipe ouvre des sujets dans les annonces.",
        "Only staff open topics among the announcements.",
    ),
    "character_elsewhere": (
        "Ce personnage n'a pas accès à cette section : il n'y signe rien.",
        "This character has no access to this section: it signs nothing there.",
    ),
    "character_approved": (
        "Votre personnage {name} est approuvé.",
        "Your character {name} is approved.",
    ),
    "character_refused": (
        "Votre personnage {name} est refusé : {reason}",
        "Your character {name} is refused: {reason}",
    ),
    "faction_out_of_use": ("Cette faction n'est plus utilisée.", "This faction is out of use."),
    "clan_out_of_use": ("Ce clan n'est plus utilisé.", "This clan is out of use."),
    "not_your_character": (
        "Vous ne pouvez écrire qu'au nom d'un de vos personnages vivants.",
        "You can only write as one of your own living characters.",
    ),
    "tag_taken": ("Le tag {tag} est déjà pris.", "The tag {tag} is taken."),
    "bad_pseudo": (
        "Un pseudo tient sur une ligne de 1 à 100 caractères, sans « / » entre espaces.",
        "A pseudo is one line of 1 to 100 characters without a slash between spaces.",
    ),
    "bad_rank": ("Un rang tient sur une ligne de 100 caractères.", "A rank is one line of 100 characters."),
    "bad_tdc": (
        "Le terrain de chasse de {pseudo} n'est pas possible.",
        "The hunting ground of {pseudo} is not possible.",
    ),
    "too_many_members": ("Au plus {most} membres.", "At most {most} members."),
    "member_twice": ("Un même membre figure deux fois.", "The same member is listed twice."),
    "already_in_alliance": (
        "Vous êtes déjà membre d'une alliance.",
        "You are a member of an alliance already.",
    ),
    "already_member": ("Vous êtes déjà membre de cette alliance.", "You are a member of this alliance already."),
    "member_taken": ("Ce membre a déjà un compte.", "This member has an account already."),
    "no_claim": ("Ce compte ne demande pas cette place.", "This account does not ask for this place."),
    "no_free_place": ("Aucune place libre ne porte ce nom.", "No free place bears this name."),
    "claim_confirmed": (
        "{alliance} : votre demande pour la place de {pseudo} est acceptée.",
        "{alliance}: your claim of {pseudo}'s place was confirmed.",
    ),
    "claim_declined": (
        "{alliance} : votre demande pour la place de {pseudo} n'a pas été retenue.",
        "{alliance}: your claim of {pseudo}'s place was declined.",
    ),
    "member_released": (
        "{alliance} : la place de {pseudo} vous a été retirée.",
        "{alliance}: {pseudo}'s place was taken from you.",
    ),
    "member_gone": (
        "{alliance} : {pseudo} a quitté l'alliance sur ce site, sa place est libre.",
        "{alliance}: {pseudo} left the alliance on this site, the place is free.",
    ),
    "last_administrator": (
        "Une alliance garde toujours au moins un administrateur.",
        "An alliance always keeps at least one administrator.",
    ),
    "last_administrator_of": (
        "Vous êtes le dernier à administrer {alliance} : confiez-la d'abord à quelqu'un d'autre.",
        "You are the last who administers {alliance}: hand it over to somebody else first.",
    ),
    "not_member": ("Vous n'êtes pas membre de cette alliance.", "You are not a member of this alliance."),
    "no_member_topic": (
        "Il vous faut un sujet dans la section des membres.",
        "You need a topic of your own in the members section.",
    ),
    "one_census": (
        "Donnez un recensement ou un texte, pas les deux.",
        "Give a census or a text, and not both.",
    ),
    "no_census": ("Ce texte n'est pas un recensement.", "This text is no census."),
    "unreadable_post": (
        "La ligne {line} de votre message ne se lit pas : « {text} ».",
        "Line {line} of your post cannot be read: {text}",
    ),
    "unreadable_name": (
        "Ligne {line} de votre message, qui ne se lit pas : « {text} ». Personne ne porte ce nom. Proches : {nearest}.",
        "Line {line} of your post cannot be read: {text} Nobody bears that name; did you mean {nearest}?",
    ),
    "unreadable_called_off": (
        "La ligne {line} de votre message ne se lit pas : « {text} ». Cette commande a été annulée ou supprimée.",
        "Line {line} of your post cannot be read: {text} This order was called off.",
    ),
    "unreadable_nothing": (
        "La ligne {line} de votre message ne se lit pas : « {text} ». Un convoi transporte au moins quelque chose.",
        "Line {line} of your post cannot be read: {text} A convoy carries something at least.",
    ),
    "unreadable_too_big": (
        "La ligne {line} de votre message ne se lit pas : « {text} ». Cette quantité est trop grande.",
        "Line {line} of your post cannot be read: {text} This quantity is too large.",
    ),
    "unreadable_line": (
        "La ligne {line} ne se lit pas : « {text} ».",
        "Line {line} cannot be read: {text}",
    ),
    "listed_twice": ("Un même nom figure deux fois.", "The same name is listed twice."),
    "bad_census_value": ("Cette valeur n'a pas sa place dans un recensement.", "This value has no place in a census."),
    "under_zero": ("Une quantité ne peut pas être négative.", "A quantity cannot be under zero."),
    "too_much": ("Cette quantité est trop grande.", "This quantity is too large."),
    "order_of_nothing": ("Une commande demande au moins quelque chose.", "An order asks for something at least."),
    "convoy_of_nothing": ("Un convoi transporte au moins quelque chose.", "A convoy carries something at least."),
    "bad_arrival": ("Cette date d'arrivée n'est pas possible.", "This time of arrival is not possible."),
    "ended_order": ("Cette commande est close.", "This order has ended."),
    "order_called_off": ("Cette commande a été annulée ou supprimée.", "This order was called off."),
    "no_such_step": (
        "Une commande ne passe pas de « {old} » à « {new} ».",
        "An order does not go from {old} to {new}.",
    ),
    "not_your_order": (
        "Seuls son auteur et ceux qui administrent l'alliance changent une commande.",
        "Only its author and those who administer the alliance change an order.",
    ),
    "not_your_convoy": (
        "Seuls son expéditeur et ceux qui administrent l'alliance annulent un convoi.",
        "Only its sender and those who administer the alliance cancel a convoy.",
    ),
    "convoy_cancelled": ("Ce convoi est déjà annulé.", "This convoy is cancelled already."),
    "too_many_at_once": ("Au plus {most} à la fois.", "At most {most} at once."),
    "sign_in_first": ("Connectez-vous d'abord.", "Sign in first."),
    "bad_token": ("Le jeton d'accès n'est pas valide.", "The access token is not valid."),
    "expired_token": ("Le jeton d'accès a expiré.", "The access token has expired."),
    "bad_login": ("Identifiant ou mot de passe incorrect.", "Wrong login or password."),
    "bad_refresh_token": (
        "La session est terminée, connectez-vous à nouveau.",
        "The session has ended, sign in again.",
    ),
    "inactive_account": ("Ce compte est désactivé.", "This account is inactive."),
    "rate_limited": (
        "Trop de tentatives, réessayez dans {retry_after} s.",
        "Too many attempts, try again in {retry_after} s.",
    ),
    "too_many_connections": (
        "Trop de connexions ouvertes à la fois depuis cette adresse.",
        "Too many connections are open at once from this address.",
    ),
    "bad_username": ("Un nom de compte ne peut pas contenir « @ ».", "An account's name cannot hold an @."),
    "bad_email": ("Cette adresse n'est pas valide.", "This address is not valid."),
    "weak_password": ("Ce mot de passe est trop facile à deviner.", "This password is too easy to guess."),
    "common_password": (
        "Ce mot de passe est parmi ceux que l'on essaie en premier.",
        "This password is among those that are tried first.",
    ),
    "username_like_staff": (
        "Ce nom se lit comme celui d'un membre de l'équipe.",
        "This name reads like that of a member of staff.",
    ),
    "username_taken": ("Ce nom est déjà pris.", "This name is taken."),
    "email_taken": ("Cette adresse est déjà utilisée.", "This address is already in use."),
    "name_taken": ("Ce nom est déjà pris.", "This name is taken."),
    "role_changed": ("Votre rôle est désormais : {role}.", "Your role is now: {role}."),
    "account_activated": ("Votre compte est de nouveau actif.", "Your account is active again."),
    "own_account": (
        "Personne ne change le rôle ni l'activation de son propre compte.",
        "Nobody changes the role or the activation of their own account.",
    ),
    "password_changed": (
        "Votre mot de passe a été changé ; les autres sessions sont terminées.",
        "Your password was changed; the other sessions have ended.",
    ),
    "email_changed": (
        "L'adresse de votre compte a été changée.",
        "Your account's address was changed.",
    ),
    "password_reset_made": (
        "Un administrateur a créé un code à usage unique pour votre mot de passe.",
        "An administrator made a one-time code for your password.",
    ),
    "registration_closed": (
        "Les inscriptions sont fermées.",
        "Registration is closed.",
    ),
    "invitation_needed": (
        "On s'inscrit ici sur invitation : demandez un code à ceux qui administrent.",
        "Registration takes an invitation here: ask those who administer for a code.",
    ),
    "bad_invitation": (
        "Cette invitation n'est pas valide, ou ne l'est plus.",
        "This invitation is not valid, or no longer.",
    ),
    "invitation_used": (
        "{username} s'est inscrit avec votre invitation.",
        "{username} registered by your invitation.",
    ),
    "too_many_invitations": (
        "Au plus {most} invitations en cours : révoquez-en une d'abord.",
        "At most {most} invitations hold at once: revoke one first.",
    ),
    "out_of_range": ("Entre {least} et {most}.", "Between {least} and {most}."),
    "no_mail": (
        "Ce service n'envoie pas de courriel : demandez un code à un administrateur.",
        "This service sends no mail: ask an administrator for a code.",
    ),
    "mail_reset_subject": ("Phéromone : votre code", "Phéromone: your code"),
    "mail_reset": (
        (
            "Bonjour {username},\n\nVoici le code pour choisir un nouveau mot de passe, valable une heure, "
            "une fois :\n\n    {code}\n\nSi vous n'avez rien demandé, ne faites rien : votre mot de passe "
            "reste le même."
        ),
        (
            "Hello {username},\n\nHere is the code to choose a new password by, good for an hour and for "
            "once:\n\n    {code}\n\nIf you did not ask for it, do nothing: your password stays as it is."
        ),
    ),
    "mail_password_changed_subject": ("Phéromone : mot de passe changé", "Phéromone: password changed"),
    "mail_password_changed": (
        (
            "Bonjour {username},\n\nLe mot de passe de votre compte vient d'être changé, et ses autres "
            "sessions sont terminées.\nSi ce n'était pas vous, prévenez ceux qui administrent."
        ),
        (
            "Hello {username},\n\nThe password of your account was just changed, and its other sessions have"
            " ended.\nIf that was not you, tell those who administer."
        ),
    ),
    "mail_email_changed_subject": ("Phéromone : adresse changée", "Phéromone: address changed"),
    "mail_email_changed": (
        (
            "Bonjour {username},\n\nL'adresse de votre compte vient d'être changée : celle-ci n'y sert "
            "plus.\nSi ce n'était pas vous, prévenez ceux qui administrent."
        ),
        (
            "Hello {username},\n\nThe address of your account was just changed: this one serves it no "
            "more.\nIf that was not you, tell those who administer."
        ),
    ),
    "wrong_password": ("Ce n'est pas votre mot de passe.", "This is not your password."),
    "own_password": (
        "Le mot de passe de son propre compte se change avec l'ancien.",
        "The password of one's own account is changed with the old one.",
    ),
    "bad_code": (
        "Ce code n'est pas valide, ou ne l'est plus.",
        "This code is not valid, or no longer.",
    ),
    "last_service_administrator": (
        "Le service garde toujours au moins un administrateur : nommez-en un autre d'abord.",
        "The service always keeps at least one administrator: name another one first.",
    ),
    "unknown_role": ("Ce rôle n'existe pas ou n'est plus utilisé.", "There is no such role in use."),
    "foreign_clan": (
        "Ce clan appartient à une autre faction.",
        "This clan belongs to another faction.",
    ),
    "too_many_characters": (
        "Un compte a au plus {most} personnages.",
        "An account has at most {most} characters.",
    ),
    "events_missed": (
        "Des événements ont été manqués : abonnez-vous de nouveau, avec `after` pour les messages.",
        "Some events were missed: subscribe again, with `after` for posts.",
    ),
    "events_pruned": (
        "Le journal ne remonte pas si loin : relisez les messages, puis abonnez-vous de nouveau avec `after`.",
        "The log does not reach back that far: read the posts, then subscribe again with `after`.",
    ),
    "bad_document_id": ("L'identifiant d'un document est un texte.", "A document's id is a text."),
    "foreign_document_id": (
        "Cet identifiant n'est pas le SHA-256 du document envoyé avec lui.",
        "This id is not the SHA-256 of the document that was sent with it.",
    ),
    # Clients of automatic persisted queries go by these very words, in whatever language they ask.
    "persisted_query_not_found": ("PersistedQueryNotFound", "PersistedQueryNotFound"),
    "persisted_query_not_supported": ("PersistedQueryNotSupported", "PersistedQueryNotSupported"),
    "unknown_document": ("Ce service ne connaît pas ce document.", "This service does not know this document."),
    "untrusted_document": (
        "Ce service n'exécute que les documents de ses clients.",
        "This service runs its clients' documents alone.",
    ),
    "sign_in_to_explore": (
        "Connectez-vous pour envoyer vos propres requêtes.",
        "Sign in to send queries of your own.",
    ),
    "budget_spent": (
        "Trop de requêtes coûteuses, réessayez dans {retry_after} s.",
        "Too many costly requests, try again in {retry_after} s.",
    ),
    "bad_key": (
        "Une clé d'idempotence compte de 1 à 255 caractères ASCII visibles.",
        "An idempotency key is 1 to 255 visible ASCII characters.",
    ),
    "key_on_stream": (
        "Une opération par flux ne prend pas de clé d'idempotence.",
        "An operation over a stream takes no idempotency key.",
    ),
    "key_reused": (
        "Cette clé d'idempotence a déjà servi à une autre opération.",
        "This idempotency key was used for another operation.",
    ),
    "one_field_a_key": (
        "Une opération qui porte une clé d'idempotence n'a qu'un champ à sa racine.",
        "An operation with an idempotency key has one field at its root.",
    ),
    "secret_answer": (
        "La réponse est secrète : elle n'est pas conservée, cette opération ne prend donc pas de clé d'idempotence.",
        "The answer is secret and is not kept, so this operation takes no idempotency key.",
    ),
    "ended_session": (
        "La session est terminée ou le compte désactivé.",
        "The session has ended or the account is inactive.",
    ),
}


def localize(message: str, language: str, details: dict[str, object] | None = None) -> str:
    """The text of a message key in a language, its placeholders filled."""
    french, english = _MESSAGES[message]
    return (english if language == ENGLISH else french).format(**(details or {}))


def preferred_language(accept_language: str) -> str:
    """French unless the header ranks English above it (`q` values of RFC 9110)."""
    best, best_quality = FRENCH, 0.0
    for part in accept_language.split(",")[:20]:
        tag, _, parameter = part.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        if language not in (FRENCH, ENGLISH):
            continue
        try:
            quality = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
        except ValueError:
            continue
        if quality > best_quality:
            best, best_quality = language, quality
    return best
