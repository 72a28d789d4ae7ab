from campaigns.models.airing import Airing, MissedBroadcast, SpeakerCluster, Station, StationKey
from campaigns.models.bulletin import Bulletin, BulletinVersion, Campaign, Segment, SegmentText, VersionEvent
from campaigns.models.delivery import SourceDelivery
from campaigns.models.event import Event, Season
from campaigns.models.hotline import Hotline
from campaigns.models.pack import Pack
from campaigns.models.pages import HomePage
from campaigns.models.repair import Repair
from campaigns.models.session import DirectSession, SessionKind, SessionPhoto, SessionPlan
from campaigns.models.slot import BroadcastSlot
from campaigns.models.village import ModelEvent, Pledge, PreventionModel, RolledPlan, Rollout

__all__ = [
    "Airing", "BroadcastSlot", "Bulletin", "BulletinVersion", "Campaign", "DirectSession", "Event", "HomePage",
    "Hotline", "MissedBroadcast", "ModelEvent", "Pack", "Pledge", "PreventionModel", "Repair", "RolledPlan",
    "Rollout", "Season", "Segment", "SegmentText", "SessionKind", "SessionPhoto", "SessionPlan", "SourceDelivery",
    "SpeakerCluster", "Station", "StationKey", "VersionEvent",
]  # fmt: skip
