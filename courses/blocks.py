"""What a lesson is made of. Every sound and film carries its words: many read where they cannot listen."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

SOUNDS = {"mp3": "audio/mpeg", "m4a": "audio/mp4", "ogg": "audio/ogg", "opus": "audio/ogg", "wav": "audio/wav"}
FILMS = {"mp4": "video/mp4", "webm": "video/webm"}
# A phone loads it in four minutes at 400 kb/s.
LARGEST_FILM = 12 * 2**20
# Recordings up to this size are kept on a phone with their lesson: two minutes of speech, in 40 s at 400 kb/s.
LARGEST_KEPT = 2 * 2**20


class MediaFileBlock(DocumentChooserBlock):
    """A file of one of some kinds, {extension: MIME type}, of at most so many bytes."""

    def __init__(self, kinds: dict[str, str], largest: int | None = None, **kwargs):
        super().__init__(**kwargs)
        self.kinds, self.largest = kinds, largest

    def clean(self, value):
        found = super().clean(value)
        if found and found.file_extension.lower() not in self.kinds:
            raise ValidationError(_("Choose a file of one of these kinds: %s.") % ", ".join(self.kinds))
        if found and self.largest and found.get_file_size() > self.largest:
            raise ValidationError(
                _("The file is larger than %d MB. Make it shorter or smaller.") % (self.largest >> 20)
            )
        return found


class AudioBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("title"), max_length=120)
    sound = MediaFileBlock(SOUNDS, label=_("sound file"))
    transcript = blocks.TextBlock(label=_("transcript"), help_text=_("Word for word, for those who cannot listen."))

    class Meta:
        icon = "media"
        label = _("audio with transcript")
        template = "courses/blocks/audio.html"

    def get_context(self, value, parent_context=None):
        sound = value["sound"]
        said = {"kind": SOUNDS.get(sound.file_extension.lower(), ""), "size": sound.get_file_size()} if sound else {}
        return super().get_context(value, parent_context) | said | {"kept": 0 < (said.get("size") or 0) <= LARGEST_KEPT}


class VideoBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("title"), max_length=120)
    film = MediaFileBlock(FILMS, LARGEST_FILM, label=_("video file"), help_text=_("MP4 or WebM, at most 12 MB."))
    transcript = blocks.TextBlock(
        label=_("what is said and seen"), help_text=_("Word for word, for those who cannot listen or look.")
    )

    class Meta:
        icon = "media"
        label = _("small video with transcript")
        template = "courses/blocks/video.html"

    def get_context(self, value, parent_context=None):
        film = value["film"]
        return super().get_context(value, parent_context) | {
            "kind": FILMS.get(film.file_extension.lower(), "") if film else ""
        }


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
    video = VideoBlock()
    file = DocumentChooserBlock(label=_("file"), template="courses/blocks/file.html")
    case = CaseBlock()
    assignment = blocks.TextBlock(label=_("assignment"), icon="edit", template="courses/blocks/assignment.html")
