from campaigns.models.airing import Airing, MissedBroadcast, Proof, SpeakerCluster, Station, StationKey
from campaigns.models.approval import ApprovalTask
from campaigns.models.bulletin import Bulletin, BulletinVersion, Campaign, Segment, SegmentText, VersionEvent
from campaigns.models.cut import Length, VersionCut
from campaigns.models.delivery import SourceDelivery
from campaigns.models.draft_voice import DraftVoice
from campaigns.models.entry import PageEntry
from campaigns.models.event import Event, Season
from campaigns.models.hotline import Hotline
from campaigns.models.listening import PageMedia
from campaigns.models.material import CampaignPage, ExplainerPage, HelpPage, MaterialPage, NewsPage, PreventionModelPage
from campaigns.models.pack import Pack
from campaigns.models.page_translation import BackTranslation, GlossaryTerm, PageTranslation, TranslationSign
from campaigns.models.pages import ContentPage, HomePage, SectionPage, SitePage
from campaigns.models.picture import Consent, Picture, PictureRendition
from campaigns.models.proof import AiringProof
from campaigns.models.reach import DailyAnswer
from campaigns.models.reading import DailyReading, ReadingSource
from campaigns.models.registration import Arrival, Registration, Seating
from campaigns.models.reminder import Reminder
from campaigns.models.repair import Repair
from campaigns.models.result import EventPhoto, EventResult, ResultStep
from campaigns.models.service import Service
from campaigns.models.session import DirectSession, SessionKind, SessionPhoto, SessionPlan
from campaigns.models.slot import BroadcastSlot
from campaigns.models.taxonomy import Term
from campaigns.models.village import ModelEvent, Pledge, PreventionModel, RolledPlan, Rollout
from campaigns.models.wording import WatchedWord

__all__ = [
    "Airing", "AiringProof", "ApprovalTask", "Arrival", "BackTranslation", "BroadcastSlot", "Bulletin",
    "BulletinVersion", "Campaign", "CampaignPage", "Consent", "ContentPage", "DailyAnswer", "DailyReading", "DirectSession",
    "DraftVoice", "Event", "EventPhoto", "EventResult", "ExplainerPage", "GlossaryTerm", "HelpPage", "HomePage",
    "Hotline", "Length", "MaterialPage", "MissedBroadcast", "ModelEvent", "NewsPage", "Pack", "PageEntry",
    "PageMedia", "PageTranslation", "Picture", "PictureRendition", "Pledge", "PreventionModel", "PreventionModelPage",
    "Proof", "ReadingSource", "Registration", "Reminder", "Repair", "ResultStep", "RolledPlan", "Rollout", "Season",
    "Seating", "SectionPage", "Segment", "SegmentText", "Service", "SessionKind", "SessionPhoto", "SessionPlan",
    "SitePage", "SourceDelivery", "SpeakerCluster", "Station", "StationKey", "Term", "TranslationSign", "VersionCut",
    "VersionEvent", "WatchedWord",
]  # fmt: skip
