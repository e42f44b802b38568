"""Why an article is in its story, in words."""

from typing import Final

from worker.items.ruling import Standing
from worker.store.story_record import MemberRecord, StoryRecord

#: What each rule of worker.store.placement means; {share} and {other} are the score and the article compared with.
REASONS: Final = {
    "opened": "reported it first",
    "exact": "has the same words as {other}",
    "near": "shares {share} of the shorter text with {other}",
    "full": "contains {other} and is much longer, so it took the story over",
    "update": "is a newer version of {other}",
    "older": "is an older version of {other} that came late",
    "merged": "led its own story until {other} showed that the two are one ({share} shared with the canonical)",
    "overtaken": "was the canonical until {other} took over ({share} shared)",
    "joined": "was put here by hand ({share} shared with {other})",
    "split": "was taken out of another story by hand",
}


def story_text(story: StoryRecord, shown: int) -> str:
    """Return what `worker.store.stories.show` found as lines for people; ids are cut to `shown` characters."""
    lines = [f"story {story['id']}, opened {_time(story['opened_at'])}", f"  {story['headline'] or '(no digest yet)'}"]
    for member in story["articles"]:
        is_hidden = member["state"] in (Standing.HELD, Standing.KILLED)
        role = "canonical" if member["canonical"] and not is_hidden else member["state"]
        who = member["publisher"] or member["source"]
        lines += [
            f"{member['id'][:shown]}  {role:<9}  {who}: {member['title'] or '(no title)'}",
            f"{'':{shown}}  {'':<9}  {reason(member, shown)}, {_time(member['joined_at'])}",
            f"{'':{shown}}  {'':<9}  {member['uri']}",
        ]
    for one in story["decisions"]:
        where = "belongs into" if one["decision"] == "joined" else "never joins"
        lines.append(
            f"by hand, {_time(one['decided_at'])}: {one['article_id'][:shown]} {where} {one['story_id'][:shown]}"
        )
    return "\n".join(lines)


def reason(member: MemberRecord, shown: int) -> str:
    """Return why `member` is in its story, with ids cut to `shown` characters."""
    return why(member["rule"], member["containment"], member["matched_id"], shown)


def why(rule: str | None, containment: float | None, matched: str | None, shown: int) -> str:
    """Return in words why an article is in its story: the `rule`, and the share that it has in common with `matched`,
    whose id is cut to `shown` characters.
    """
    share = "?" if containment is None else f"{containment:.0%}"
    template = REASONS.get(rule or "", "was stored before reasons were kept")
    return template.format(share=share, other=(matched or "")[:shown])


def _time(moment: str | None) -> str:
    return moment[:16].replace("T", " ") + " UTC" if moment else "time unknown"
