"""What a lesson is made of. Every sound carries its transcript: many read where they cannot listen."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock


class AudioBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("title"), max_length=120)
    sound = DocumentChooserBlock(label=_("sound file"))
    transcript = blocks.TextBlock(label=_("transcript"), help_text=_("Word for word, for those who cannot listen."))

    class Meta:
        icon = "media"
        label = _("audio with transcript")
        template = "courses/blocks/audio.html"


class CaseBlock(blocks.StructBlock):
    """An invented story to talk about: the platform holds no real case."""

    title = blocks.CharBlock(label=_("title"), max_length=120)
    story = blocks.TextBlock(
        label=_("story"), help_text=_("Invented from beginning to end. No place, name or date that exists.")
    )
    questions = blocks.ListBlock(blocks.CharBlock(label=_("question")), label=_("questions to talk about"))

    class Meta:
        icon = "group"
        label = _("invented case")
        template = "courses/blocks/case.html"


class LessonBlocks(blocks.StreamBlock):
    heading = blocks.CharBlock(label=_("heading"), icon="title", template="courses/blocks/heading.html")
    text = blocks.RichTextBlock(label=_("text"), features=["bold", "italic", "ul", "ol", "link"])
    steps = blocks.ListBlock(blocks.CharBlock(label=_("step")), label=_("steps"), template="courses/blocks/steps.html")
    key = blocks.TextBlock(label=_("to remember"), icon="pin", template="courses/blocks/key.html")
    picture = ImageBlock(label=_("picture"), template="courses/blocks/picture.html")
    audio = AudioBlock()
    file = DocumentChooserBlock(label=_("file"), template="courses/blocks/file.html")
    case = CaseBlock()
    assignment = blocks.TextBlock(label=_("assignment"), icon="edit", template="courses/blocks/assignment.html")
