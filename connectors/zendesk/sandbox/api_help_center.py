"""`/api/v2/help_center`: articles with their translations, and the search in them."""

import re
from collections.abc import Iterator

from connectors.zendesk.sandbox.config import Json
from connectors.zendesk.sandbox.errors import ApiError, invalid_attribute, record_not_found
from connectors.zendesk.sandbox.gate import Answer, Call, Gate, Route, Services
from connectors.zendesk.sandbox.paging import page_of
from connectors.zendesk.sandbox.richtext import text_of
from connectors.zendesk.sandbox.wire import stamp
from connectors.zendesk.sandbox.world import World


def make_article(
    world: World, title: str, html: str, labels: tuple[str, ...] = (), *, draft: bool = False
) -> Json:
    """A new help-centre article in US English, open to everybody."""
    key = world.new_id()
    now = stamp(world.now())
    article = world.articles.put(
        {
            "id": key,
            "url": f"{world.base_url}/api/v2/help_center/en-us/articles/{key}.json",
            "html_url": f"{world.base_url}/hc/en-us/articles/{key}",
            "author_id": world.bot_id,
            "comments_disabled": True,
            "draft": draft,
            "promoted": False,
            "position": 0,
            "vote_sum": 0,
            "vote_count": 0,
            "section_id": 1,
            "permission_group_id": 1,
            "user_segment_id": None,
            "created_at": now,
            "updated_at": now,
            "edited_at": now,
            "title": title,
            "source_locale": "en-us",
            "locale": "en-us",
            "outdated": False,
            "outdated_locales": [],
            "label_names": list(labels),
            "content_tag_ids": [],
            "body": html,
        }
    )
    translate_article(world, article, "en-us", title, html, draft=draft)
    return article


def translate_article(
    world: World, article: Json, locale: str, title: str, html: str, *, draft: bool = False
) -> Json:
    """An article in another locale.

    https://developer.zendesk.com/api-reference/help_center/help-center-api/translations/
    """
    key = world.new_id()
    now = stamp(world.now())
    one = f"articles/{article['id']}"
    return world.translations.put(
        {
            "id": key,
            "url": f"{world.base_url}/api/v2/help_center/{one}/translations/{locale}.json",
            "html_url": f"{world.base_url}/hc/{locale}/{one}",
            "source_id": article["id"],
            "source_type": "Article",
            "locale": locale,
            "title": title,
            "body": html,
            "outdated": False,
            "draft": draft,
            "created_at": now,
            "updated_at": now,
            "created_by_id": world.bot_id,
            "updated_by_id": world.bot_id,
        }
    )


class HelpCenterViews:
    """The views; registered by `register`."""

    def __init__(self, services: Services) -> None:
        self._world = services.world

    def articles(self, call: Call, locale: str | None = None) -> Answer:
        """All articles, also of one `locale`, also by `label_names`; drafts for staff alone."""
        labels = set(filter(None, call.args.get("label_names", "").split(",")))
        rows = [
            row
            for article in self._world.articles
            for row in self._seen(call, article, locale)
            if not labels or labels & set(row["label_names"])
        ]
        return Answer(page_of("articles", rows, dict, call.args, call.base, call.path))

    def show_article(self, call: Call, article_id: int, locale: str | None = None) -> Answer:
        """One article."""
        article = self._world.articles.get(article_id)
        for row in self._seen(call, article, locale) if article is not None else ():
            return Answer({"article": row})
        raise record_not_found()

    def _seen(self, call: Call, article: Json, locale: str | None) -> Iterator[Json]:
        """The article in a locale as the caller sees it, if there is one, with its sideloads."""
        translations = [
            row
            for row in self._world.translations
            if row["source_id"] == article["id"] and (not row["draft"] or _is_staff(call))
        ]
        for row in translations:
            if row["locale"] == (locale or article["source_locale"]):
                names = ("locale", "title", "body", "draft", "html_url")
                shown = article | {name: row[name] for name in names}
                if "translations" in call.args.get("include", "").split(","):
                    shown["translations"] = translations
                yield shown

    def search_articles(self, call: Call) -> Answer:
        """Articles that hold a word of `query`, best first; wants the `.json` suffix.

        https://developer.zendesk.com/api-reference/help_center/help-center-api/search/
        """
        if not call.path.endswith(".json"):
            raise ApiError(415, {"error": "UnsupportedMediaType"})
        query = call.args.get("query", "")
        labels = set(filter(None, call.args.get("label_names", "").split(",")))
        if not query and not labels:
            raise invalid_attribute("query", "given, or category, section or label_names")
        words = set(re.findall(r"\w+", query.casefold()))
        scored: list[tuple[int, Json]] = []
        for row in self._world.articles:
            text = f"{row['title']} {row['title']} {text_of(row['body'])}".casefold()
            score = sum(re.findall(r"\w+", text).count(word) for word in words)
            if not row["draft"] and (score or labels & set(row["label_names"])):
                scored.append((score, row))
        scored.sort(key=lambda pair: -pair[0])
        rows = [
            {**row, "result_type": "article", "snippet": self._snippet(row, words)}
            for _, row in scored
        ]
        args = {"per_page": "25", **{k: v for k, v in call.args.items() if "page[" not in k}}
        return Answer(page_of("results", rows, dict, args, call.base, call.path))

    def _snippet(self, row: Json, words: set[str]) -> str:
        text = text_of(row["body"])[:200]
        return re.sub(
            r"\w+",
            lambda m: f"<em>{m.group()}</em>" if m.group().casefold() in words else m.group(),
            text,
        )


def _is_staff(call: Call) -> bool:
    return call.actor is not None and call.actor.is_staff


def register(gate: Gate) -> None:
    """Put the views at their addresses; all of them also answer to nobody in particular."""
    views = HelpCenterViews(gate.services)
    listed, shown = (Route(view, anonymous=True) for view in (views.articles, views.show_article))
    gate.on("GET", "/help_center/articles", listed)
    gate.on("GET", "/help_center/articles/search", Route(views.search_articles, anonymous=True))
    gate.on("GET", "/help_center/articles/<id:article_id>", shown)
    gate.on("GET", "/help_center/<locale>/articles", listed)
    gate.on("GET", "/help_center/<locale>/articles/<id:article_id>", shown)
