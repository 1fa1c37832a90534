"""The chat page in Chromium: what a person can do with it."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.conftest import PHONE
from tests.browser.scripted_bot import ScriptedBot
from tests.conftest import draw_photo
from tests.local.serving import LocalServer, Script

pytestmark = [pytest.mark.browser, pytest.mark.long]


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo on the disk."""
    path = tmp_path / "bear.jpg"
    path.write_bytes(draw_photo(size=(1024, 768)))
    return path


@pytest.fixture
def script(server: LocalServer) -> Iterator[Script]:
    """HTTP access to the page's server."""
    client = Script(server.url)
    yield client
    client.close()


def upload(name: str, data: bytes, kind: str = "image/jpeg") -> Any:
    """A file as the file chooser gives it."""
    return {"name": name, "mimeType": kind, "buffer": data}


def pick(page: Page, *files: Any) -> Locator:
    """Pick files with the button: the dialog that shows them."""
    page.locator("#file").set_input_files(list(files))
    shown = page.get_by_role("dialog", name="Send")
    expect(shown).to_be_visible()
    return shown


def choose(page: Page, *files: Any) -> None:
    """Pick files with the button, and send them."""
    pick(page, *files).get_by_role("button", name="Send", exact=True).click()


def bubbles(page: Page) -> Locator:
    """The messages that arrived."""
    return page.locator(".message[data-id]")


def answer(page: Page) -> Locator:
    """The bot's newest message."""
    return page.locator(".message[data-id]:not(.mine)").last


def hold_notices(page: Page) -> None:
    """From here on no notice goes by itself: a slow machine may look too late."""
    page.clock.install()
    page.clock.pause_at(time.time() + 1)


TRANSFER = """([data, name]) => {
    const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], name, { type: "image/jpeg" }));
    return transfer;
}"""


def carried(page: Page, data: bytes) -> Any:
    """A photo in the hand: the DataTransfer of a drop or a paste."""
    return page.evaluate_handle(TRANSFER, [base64.b64encode(data).decode(), "bear.jpg"])


def test_the_empty_page_says_what_to_do(page: Page) -> None:
    """Before the first message the page invites to send a photo."""
    expect(page.get_by_role("heading", name="Drop in a photo of a bear")).to_be_visible()
    expect(page.locator("#status")).to_have_text("online")


def test_a_chosen_photo_is_answered(page: Page, photo: Path) -> None:
    """A photo picked with the button appears once Enter sends it, and is answered; the invitation
    goes."""
    with page.expect_file_chooser() as chooser:
        page.get_by_text("Choose a photo").click()
    chooser.value.set_files(photo)
    page.keyboard.press("Enter")
    expect(answer(page)).to_contain_text("Grizzly bear, 97%")
    expect(page.locator(".mine .photo img")).to_be_visible()
    expect(page.locator("#empty")).to_be_hidden()


def test_who_is_quicker_than_the_server_loses_nothing(browser: Browser, script: Script) -> None:
    """A photo chosen while the page still asks the server is sent once it knows."""
    opened = browser.new_page()

    def slowly(route: Route) -> None:
        opened.wait_for_timeout(300)
        route.continue_()

    opened.route("**/local/people", slowly)
    opened.goto(script.url, wait_until="commit")
    choose(opened, upload("a.jpg", draw_photo()))
    expect(bubbles(opened).locator(".photo img")).to_be_visible()
    assert 1 == len(script.messages())
    opened.close()


def test_a_dropped_photo_is_answered(page: Page) -> None:
    """A photo dragged over the page shows where to drop it; dropped, it is shown, and then sent."""
    transfer = carried(page, draw_photo())
    page.dispatch_event("#scroller", "dragenter", {"dataTransfer": transfer})
    expect(page.get_by_text("Drop to send")).to_be_visible()
    page.dispatch_event("#scroller", "drop", {"dataTransfer": transfer})
    expect(page.get_by_text("Drop to send")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(answer(page)).to_contain_text("Grizzly bear, 97%")


def test_a_pasted_photo_is_answered(page: Page) -> None:
    """A photo from the clipboard is shown, and then sent."""
    transfer = carried(page, draw_photo())
    page.evaluate(
        "(transfer) => document.querySelector('#text').dispatchEvent("
        "new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true }))",
        transfer,
    )
    page.keyboard.press("Enter")
    expect(answer(page)).to_contain_text("Grizzly bear, 97%")


def test_several_photos_are_one_album(page: Page, script: Script) -> None:
    """Photos picked together appear as one grid and are one media group."""
    choose(page, *(upload(f"{seed}.jpg", draw_photo(seed=seed)) for seed in range(4)))
    expect(page.locator(".mine .photos[data-count='4'] .photo img")).to_have_count(4)
    expect(answer(page)).to_contain_text("Grizzly bear")
    groups = {message.get("media_group_id") for message in script.messages() if "photo" in message}
    assert 1 == len(groups)


def test_what_is_written_goes_with_the_photo(page: Page, script: Script) -> None:
    """Text in the field becomes the photo's caption."""
    page.get_by_label("Message", exact=True).fill("Is this a grizzly?")
    choose(page, upload("a.jpg", draw_photo()))
    expect(page.locator(".mine .caption")).to_have_text("Is this a grizzly?")
    assert "Is this a grizzly?" == script.messages()[0]["caption"]


def test_a_button_is_pressed_and_the_message_changes(page: Page) -> None:
    """A press is acknowledged by a notice, and the edit is shown and marked."""
    choose(page, upload("a.jpg", draw_photo()))
    hold_notices(page)
    page.get_by_role("button", name="Right").click()
    expect(page.locator("#toasts")).to_contain_text("Noted.")
    expect(answer(page)).to_contain_text("You say: right")
    expect(answer(page)).to_contain_text("edited")
    expect(page.locator(".keyboard")).to_have_count(0)


def test_an_alert_waits_for_ok(page: Page) -> None:
    """An answer with show_alert opens a box."""
    choose(page, upload("a.jpg", draw_photo()))
    page.get_by_role("button", name="Why?").click()
    expect(page.locator("#alert")).to_contain_text("It has a hump.")
    page.get_by_role("button", name="OK", exact=True).click()
    expect(page.locator("#alert")).to_be_hidden()


def test_a_pressed_button_shows_that_it_works(page: Page, scripted_bot: ScriptedBot) -> None:
    """Until the bot answers, the button is busy."""
    choose(page, upload("a.jpg", draw_photo()))
    button = page.get_by_role("button", name="Why?")
    scripted_bot.answers_buttons.clear()
    button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    scripted_bot.answers_buttons.set()
    expect(page.locator("#alert")).to_be_visible()
    expect(page.locator(".key").last).not_to_have_attribute("aria-busy", "true")


def test_a_reply_with_a_command(page: Page, script: Script) -> None:
    """The reply button quotes the answer, and the command is sent as a reply to it."""
    choose(page, upload("a.jpg", draw_photo()))
    expect(answer(page)).to_contain_text("97%")
    answer(page).hover()
    answer(page).get_by_role("button", name="Reply").click()
    expect(page.locator("#quote")).to_contain_text("Reply to Bear Detector")
    page.keyboard.type("/wrong grizzly")
    page.keyboard.press("Enter")
    expect(answer(page)).to_contain_text("I noted: grizzly")
    photo, told, command, _ = script.messages()
    assert told["message_id"] == command["reply_to_message"]["message_id"]
    assert photo["message_id"] == told["reply_to_message"]["message_id"]


def test_escape_gives_up_a_reply(page: Page) -> None:
    """Escape takes the quote away."""
    choose(page, upload("a.jpg", draw_photo()))
    expect(answer(page)).to_contain_text("97%")
    answer(page).hover()
    answer(page).get_by_role("button", name="Reply").click()
    page.keyboard.press("Escape")
    expect(page.locator("#quote")).to_be_hidden()


def test_a_quote_leads_to_the_photo(page: Page) -> None:
    """Pressing the quote of an answer points at the photo it answers."""
    choose(page, upload("a.jpg", draw_photo()))
    page.locator(".quoted").click()
    expect(page.locator(".message.mine.pointed")).to_have_count(1)


def test_a_photo_is_enlarged(page: Page) -> None:
    """A click opens the photo, arrows lead to the others, Escape closes."""
    choose(page, *(upload(f"{seed}.jpg", draw_photo(seed=seed)) for seed in range(2)))
    page.locator(".message[data-id] .photo").first.click()
    shown = page.locator("#viewer-photo")
    expect(shown).to_be_visible()
    first = shown.get_attribute("src")
    page.keyboard.press("ArrowRight")
    expect(shown).not_to_have_attribute("src", str(first))
    page.keyboard.press("Escape")
    expect(page.locator("#viewer")).to_be_hidden()


def test_a_file_arrives_as_a_document(page: Page, script: Script) -> None:
    """Anything but a picture goes as a file, with its name."""
    choose(page, upload("notes.txt", b"hello", "text/plain"))
    expect(page.locator(".document")).to_contain_text("notes.txt")
    assert "notes.txt" == script.messages()[0]["document"]["file_name"]


def test_what_the_bot_is_doing_is_shown(page: Page, server: LocalServer, script: Script) -> None:
    """A chat action shows in the bar and as a bubble; after a photo, it is looking."""
    expect(page.locator("#status")).to_have_text("online")
    moment = time.time()
    server.world.clock = lambda: moment  # an action lasts five seconds; a slow test may last longer
    script.result("sendChatAction", chat_id=1, action="upload_photo")
    expect(page.locator("#status")).to_have_text("is sending a photo…")
    expect(page.locator(".acting")).to_be_visible()


def test_markup_is_text_never_html(page: Page, script: Script) -> None:
    """Tags in a message are shown as written; nothing of it runs."""
    evil = "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>"
    script.result("sendMessage", chat_id=1, text=evil)
    script.send(user=1, files={"document": (f"{evil}.txt", b"x", "text/plain")})
    expect(page.locator(".message .text").first).to_have_text(evil)
    assert "hacked" != page.title()
    assert 0 == page.locator(".messages script, .messages img[src='x']").count()


def test_entities_are_shown(page: Page, script: Script) -> None:
    """Bold, code, links and spoilers look like what they are."""
    text = (
        "<b>🐻 bold <i>both</i></b> <code>x</code> "
        '<a href="https://example.org/">site</a> <tg-spoiler>boo</tg-spoiler>'
    )
    script.result("sendMessage", chat_id=1, text=text, parse_mode="HTML")
    message = answer(page)
    expect(message.locator("strong")).to_have_text("🐻 bold both")
    expect(message.locator("strong em")).to_have_text("both")
    expect(message.locator("code")).to_have_text("x")
    expect(message.get_by_role("link", name="site")).to_have_attribute(
        "href", "https://example.org/"
    )
    message.locator(".spoiler").click()
    expect(message.locator(".spoiler.shown")).to_have_text("boo")


def test_a_deleted_message_disappears(page: Page, script: Script) -> None:
    """What the bot deletes is gone from the screen."""
    sent = script.result("sendMessage", chat_id=1, text="soon gone")
    expect(answer(page)).to_contain_text("soon gone")
    script.result("deleteMessage", chat_id=1, message_id=sent["message_id"])
    expect(bubbles(page)).to_have_count(0)


def test_no_bot_is_said_so(browser: Browser, server: LocalServer) -> None:
    """Without a bot the page says that nobody listens."""
    opened = browser.new_page()
    opened.goto(server.url)
    expect(opened.get_by_text("No bot is listening yet")).to_be_visible()
    opened.close()


def test_a_long_chat_is_made_as_one_scrolls(page: Page, script: Script) -> None:
    """Of 200 messages the newest are in the page; the older ones come when one scrolls there."""
    for number in range(200):
        script.result("sendMessage", chat_id=1, text=f"number {number}")
    expect(answer(page)).to_contain_text("number 199")
    page.reload()
    expect(answer(page)).to_contain_text("number 199")
    assert bubbles(page).count() < 60
    page.locator("#scroller").hover()
    for _ in range(40):
        page.mouse.wheel(0, -4000)
    expect(bubbles(page)).to_have_count(200)
    texts = page.locator(".message[data-id] .text").all_inner_texts()
    assert [f"number {number}" for number in range(200)] == texts


def test_it_fits_a_phone(
    browser: Browser, server: LocalServer, scripted_bot: ScriptedBot, photo: Path
) -> None:
    """On a phone nothing sticks out, and a photo is sent and answered with a tap."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)  # type: ignore[arg-type]
    phone = context.new_page()
    phone.goto(server.url)
    choose(phone, photo)
    phone.get_by_role("button", name="Right").tap()
    expect(answer(phone)).to_contain_text("You say: right")
    widths = phone.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] == widths[1]
    for name in ("Robin", "Sam", "Group", "Send", "Language and look"):
        expect(phone.get_by_role("button", name=name, exact=True)).to_be_in_viewport()
    context.close()


def test_everything_can_be_reached_by_keyboard(page: Page) -> None:
    """Tab reaches people, message field and send button; focus is visible."""
    names = []
    for _ in range(16):
        page.keyboard.press("Tab")
        names.append(
            page.evaluate(
                "document.activeElement.getAttribute('aria-label')"
                " ?? document.activeElement.textContent.trim().slice(0, 20)"
            )
        )
    for wanted in ("Message", "Send"):
        assert wanted in names
    assert any("Sam" in name for name in names)
