"""The pieces a page is made of. Each has a preview for whoever chooses it, and says nothing a reader cannot check.

Optional words are "" where they are left out, never None: wagtail-localize takes every text for a string.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

TEXT = _("Text")
PEOPLE = _("Stories and speech")
PROOF = _("Law and figures")
SMALLEST_COUNT = 5
_NO_COUNT = re.compile(r"%|nghìn|ngàn|triệu|t[ỷỉ]\b|thousand|million|billion", re.IGNORECASE)


def is_small_count(figure: str) -> bool:
    """Does a figure count so few that it can point at persons? "3" does; "3%" and "3 triệu" do not."""
    digits = "".join(c for c in figure if c.isdecimal())
    return bool(digits) and int(digits) < SMALLEST_COUNT and not _NO_COUNT.search(figure)


class HeadingBlock(blocks.CharBlock):
    class Meta:
        icon = "title"
        label = _("heading")
        description = _("Divides a long page.")
        template = "campaigns/blocks/heading.html"
        preview_value = "Ba dấu hiệu cần dừng lại"
        group = TEXT


class ParagraphBlock(blocks.RichTextBlock):
    class Meta:
        icon = "pilcrow"
        label = _("text")
        description = _("Short sentences, as one speaks.")
        template = "campaigns/blocks/paragraph.html"
        preview_value = "<p>Ai mời đi làm xa cũng phải nói được tên công ty, địa chỉ và tiền lương.</p>"
        group = TEXT


class KeyMessageBlock(blocks.TextBlock):
    class Meta:
        icon = "pick"
        label = _("key message")
        description = _("The one sentence to remember; it is also read on loudspeakers and printed on posters.")
        template = "campaigns/blocks/key_message.html"
        preview_value = "Hỏi kỹ trước khi đi, tự giữ giấy tờ, thấy nghi ngờ thì gọi 111."
        group = TEXT


class StepsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("title"), required=False, default="")
    steps = blocks.ListBlock(blocks.TextBlock(label=_("step"), rows=2), label=_("steps"), min_num=2, max_num=9)

    class Meta:
        icon = "list-ol"
        label = _("steps")
        description = _("What to do, one thing after the other.")
        template = "campaigns/blocks/steps.html"
        preview_value = {"title": "Trước khi nhận lời", "steps": ["Hỏi tên công ty.", "Xem hợp đồng.", "Báo gia đình."]}
        group = TEXT


class SignsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("title"), required=False, default="")
    signs = blocks.ListBlock(blocks.TextBlock(label=_("sign"), rows=2), label=_("warning signs"), min_num=2, max_num=9)

    class Meta:
        icon = "warning"
        label = _("warning signs")
        description = _("How to notice that something is wrong. Describe the offer, never the person who is deceived.")
        template = "campaigns/blocks/signs.html"
        preview_value = {"title": "Dấu hiệu cần dừng lại", "signs": ["Giục đi ngay.", "Đòi giữ căn cước hộ."]}
        group = TEXT


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("question"))
    answer = blocks.RichTextBlock(label=_("answer"))

    class Meta:
        icon = "help"
        label = _("question and answer")
        description = _("Opens when it is tapped.")
        template = "campaigns/blocks/question.html"
        preview_value = {"question": "Gọi 111 có mất tiền không?", "answer": "<p>Không. Gọi lúc nào cũng được.</p>"}
        group = TEXT


def image_block() -> ImageBlock:
    """Wagtail's names its first field after its Python name, which no translation reaches."""
    block = ImageBlock(label=_("picture"))
    block.child_blocks["image"].label = _("picture")
    return block


class PictureBlock(blocks.StructBlock):
    picture = image_block()
    caption = blocks.CharBlock(label=_("caption"), required=False, default="")

    class Meta:
        icon = "image"
        label = _("picture")
        description = _("Small on a phone; its words are read aloud to those who do not see it.")
        template = "campaigns/blocks/picture.html"
        group = TEXT


class SituationBlock(blocks.StructBlock):
    """A story. Always invented and always said to be: real stories are not accepted."""

    title = blocks.CharBlock(label=_("title"), required=False, default="")
    story = blocks.RichTextBlock(
        label=_("story"), help_text=_("Invented, nobody's life. No place, school, family or date that exists.")
    )
    lesson = blocks.TextBlock(label=_("what we learn"), rows=2)

    class Meta:
        icon = "group"
        label = _("illustrative situation")
        description = _("An invented story; the page says so by itself.")
        template = "campaigns/blocks/situation.html"
        preview_value = {
            "title": "Tin nhắn lúc chín giờ tối",
            "story": "<p>Một người quen trên mạng rủ đi làm, ứng sẵn tiền xe, dặn đừng kể với ai.</p>",
            "lesson": "Lời mời phải giấu gia đình là lời mời nên từ chối.",
        }
        group = PEOPLE


class SpeechBlock(blocks.StructBlock):
    lines = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("who", blocks.CharBlock(label=_("who speaks"))),
                ("says", blocks.TextBlock(label=_("says"), rows=2)),
            ]
        ),
        label=_("lines"),
        min_num=1,
    )

    class Meta:
        icon = "openquote"
        label = _("lines to play or read aloud")
        description = _("A skit, a reading in parts, a loudspeaker script.")
        template = "campaigns/blocks/speech.html"
        preview_value = {"lines": [{"who": "Chị Hai", "says": "Khoan đã em."}, {"who": "Em", "says": "Sao chị?"}]}
        group = PEOPLE


class LawBlock(blocks.StructBlock):
    document = blocks.CharBlock(label=_("document"), help_text=_("Name and number."))
    article = blocks.CharBlock(label=_("article, clause"))
    says = blocks.TextBlock(label=_("what it says, in plain words"), rows=3)

    class Meta:
        icon = "doc-full"
        label = _("what the law says")
        description = _("Always with the document and the article.")
        template = "campaigns/blocks/law.html"
        preview_value = {
            "document": "Luật Phòng, chống mua bán người số 53/2024/QH15",
            "article": "Điều 3",
            "says": "Không được kỳ thị, phân biệt đối xử với nạn nhân.",
        }
        group = PROOF


class FigureBlock(blocks.StructBlock):
    """A number with all that is needed to check it."""

    value = blocks.CharBlock(label=_("figure"), max_length=20)
    what = blocks.CharBlock(label=_("of what"))
    place = blocks.CharBlock(label=_("where"))
    year = blocks.IntegerBlock(label=_("year"), min_value=1990, max_value=2100)
    source = blocks.CharBlock(label=_("source"))

    def clean(self, value):
        value = super().clean(value)
        if is_small_count(value["value"]):
            raise blocks.StructBlockValidationError(
                block_errors={
                    "value": ValidationError(
                        _("A number under 5 can point at persons. Leave it out or take a larger area.")
                    )
                }
            )
        return value

    class Meta:
        icon = "history"
        label = _("figure")
        description = _("A number with its source, year and place; never under 5.")
        template = "campaigns/blocks/figure.html"
        preview_value = {"value": "24", "what": "giờ mỗi ngày", "place": "cả nước", "year": 2025, "source": "Bộ Y tế"}
        group = PROOF


class BodyBlock(blocks.StreamBlock):
    heading = HeadingBlock()
    paragraph = ParagraphBlock(features=["bold", "italic", "ul", "ol", "link", "h3"])
    key_message = KeyMessageBlock(rows=2)
    steps = StepsBlock()
    signs = SignsBlock()
    question = QuestionBlock()
    picture = PictureBlock()
    situation = SituationBlock()
    speech = SpeechBlock()
    law = LawBlock()
    figure = FigureBlock()
