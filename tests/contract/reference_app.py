"""The HTTP contract as FastAPI and Pydantic would state it, to record what they answer.

Sentinel's schema layer must word a 422 as Pydantic v2 does and coerce input as Pydantic does. This app
declares the same models with the same limits; record_goldens.py asks it and keeps the answers. It has no auth
and no stores: a handler only echoes what was parsed, so an accepted request shows the coerced value. It is no
part of the server.
"""

# The linter's environment need not have FastAPI; with it installed these lines change nothing.
# mypy: disable-error-code="import-not-found,misc,untyped-decorator"

import json
from datetime import UTC, datetime
from enum import Enum
from typing import Annotated, Any, Literal

from fastapi import Body, FastAPI, Path, Query, Response
from pydantic import AfterValidator, BaseModel, EmailStr, Field, PlainSerializer

METADATA_BYTES_MAX = 16384
METADATA_DEPTH_MAX = 8


def contract_time(value: datetime) -> str:
    """RFC 3339 UTC with milliseconds, as the contract writes times; a time without a zone is read as UTC."""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def depth_of(value: Any) -> int:
    """Levels of nesting: {} is 1, {"a": {}} is 2, a plain value 0."""
    if isinstance(value, dict):
        return 1 + max((depth_of(v) for v in value.values()), default=0)
    if isinstance(value, list):
        return 1 + max((depth_of(v) for v in value), default=0)
    return 0


def bounded_metadata(value: dict[str, Any]) -> dict[str, Any]:
    """Pydantic has no such limit: the texts are ours, in the shape a validator's ValueError gets."""
    if depth_of(value) > METADATA_DEPTH_MAX:
        raise ValueError(f"Metadata should be at most {METADATA_DEPTH_MAX} levels deep")
    if len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()) > METADATA_BYTES_MAX:
        raise ValueError(f"Metadata should be at most {METADATA_BYTES_MAX} bytes as JSON")
    return value


class Role(str, Enum):
    viewer = "viewer"
    operator = "operator"
    admin = "admin"


class EventType(str, Enum):
    person = "person"
    vehicle = "vehicle"
    animal = "animal"
    intrusion = "intrusion"
    loitering = "loitering"
    line_crossing = "line_crossing"
    wrong_way = "wrong_way"
    crowd = "crowd"
    fall = "fall"
    running = "running"
    abandoned_object = "abandoned_object"
    removed_object = "removed_object"
    tailgating = "tailgating"
    stopped_vehicle = "stopped_vehicle"
    tamper = "tamper"
    no_activity = "no_activity"
    camera_offline = "camera_offline"
    custom = "custom"


class EventSeverity(str, Enum):
    low = "low"
    medium = "medium"
    high = "high"
    critical = "critical"


Time = Annotated[datetime, PlainSerializer(contract_time, when_used="json-unless-none")]
Username = Annotated[str, Field(min_length=3, max_length=50, pattern=r"^[A-Za-z0-9_.-]+$")]
Password = Annotated[str, Field(min_length=6, max_length=128)]
FullName = Annotated[str, Field(max_length=100)]
CameraName = Annotated[str, Field(min_length=1, max_length=64)]
CameraUrl = Annotated[str, Field(max_length=2048, pattern=r"^(rtsps?|https?|file)://")]
CameraLocation = Annotated[str, Field(max_length=128)]
CameraId = Annotated[str, Field(min_length=1, max_length=64)]
# allow_inf_nan=False: without it Pydantic lets NaN through every ge and le, and no client means NaN.
Confidence = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Metadata = Annotated[dict[str, Any], AfterValidator(bounded_metadata)]


class LoginRequest(BaseModel):
    username: str = Field(min_length=3, max_length=50)  # no pattern: a wrong name is a 401
    password: Password
    remember_me: bool = False


class RefreshTokenRequest(BaseModel):
    refresh_token: str


class VerifyRequest(BaseModel):
    token: str | None = None


class ChangePasswordRequest(BaseModel):
    current_password: Password
    new_password: Password


class UserBase(BaseModel):
    username: Username
    email: EmailStr | None = None
    full_name: FullName | None = None
    role: Role = Role.viewer
    is_active: bool = True


class UserCreate(UserBase):
    password: Password


class UserUpdate(BaseModel):
    username: Username | None = None
    email: EmailStr | None = None
    full_name: FullName | None = None
    role: Role | None = None
    is_active: bool | None = None
    password: Password | None = None


class CameraCreate(BaseModel):
    name: CameraName
    url: CameraUrl
    location: CameraLocation | None = None


class CameraUpdate(BaseModel):
    name: CameraName | None = None
    url: CameraUrl | None = None
    location: CameraLocation | None = None


class CameraDiscoveryRequest(BaseModel):
    timeout_seconds: int = Field(default=5, ge=1, le=30)


class EventCreate(BaseModel):
    camera_id: CameraId
    type: EventType
    severity: EventSeverity
    confidence: Confidence
    label: Annotated[str, Field(max_length=64)] | None = None
    description: Annotated[str, Field(max_length=500)] | None = None
    metadata: Metadata = Field(default_factory=dict)


class EventUpdate(BaseModel):
    acknowledged: bool | None = None
    notes: Annotated[str, Field(max_length=16384)] | None = None


class EventFilters(BaseModel):
    camera_id: CameraId | None = None
    type: EventType | None = None
    severity: EventSeverity | None = None
    start: Time | None = None
    end: Time | None = None
    acknowledged: bool | None = None
    min_confidence: Confidence | None = None
    limit: int = Field(default=50, ge=1, le=500)
    offset: int = Field(default=0, ge=0, le=10000)
    cursor: str | None = None
    count: Literal["exact"] | None = None


class Point(BaseModel):
    x: float = Field(ge=0, le=1, allow_inf_nan=False)
    y: float = Field(ge=0, le=1, allow_inf_nan=False)


class Inner(BaseModel):
    label: str = Field(min_length=1, max_length=16)
    points: list[Point] = Field(default_factory=list, min_length=1, max_length=4)  # a default is not checked


class Sample(BaseModel):
    """Not a model of the contract: the types and constraints that no other model here has."""

    fps: int = Field(default=15, ge=1, le=60)
    ratio: float = Field(default=1.0, gt=0, lt=10, allow_inf_nan=False)
    level: int = Field(default=0, gt=-10, lt=10)
    big: int | None = None
    tags: list[Annotated[str, Field(min_length=1, max_length=32)]] = Field(default_factory=list, max_length=8)
    box: Annotated[list[float], Field(min_length=4, max_length=4)] | None = None
    inner: Inner | None = None
    at: Time | None = None
    mode: Literal["fast", "balanced", "accurate"] = "balanced"
    counts: dict[str, int] = Field(default_factory=dict, max_length=4)
    initial: str = Field(default="", max_length=1)
    single: list[int] = Field(default_factory=list, max_length=1)


app = FastAPI()


def set_fields(model: BaseModel) -> Any:
    """What a PUT or PATCH would change: an omitted field stays as it is and so is not shown."""
    return model.model_dump(mode="json", exclude_unset=True)


@app.post("/api/auth/login")
def login(body: LoginRequest) -> Any:
    return body.model_dump(mode="json")


@app.post("/api/auth/refresh")
def refresh(body: RefreshTokenRequest) -> Any:
    return body.model_dump(mode="json")


@app.post("/api/auth/logout", status_code=204)
def logout() -> Response:
    return Response(status_code=204)


@app.post("/api/auth/verify")
def verify(body: VerifyRequest | None = None) -> Any:
    return (body or VerifyRequest()).model_dump(mode="json")


@app.post("/api/auth/change-password", status_code=204)
def change_password(body: ChangePasswordRequest) -> Response:
    return Response(status_code=204)


@app.get("/api/cameras")
def list_cameras(limit: Annotated[int, Query(ge=1, le=500)] = 50, offset: Annotated[int, Query(ge=0, le=10000)] = 0) -> Any:
    return {"limit": limit, "offset": offset}


@app.post("/api/cameras", status_code=201)
def create_camera(body: CameraCreate) -> Any:
    return body.model_dump(mode="json")


@app.post("/api/cameras/discover")
def discover_cameras(body: Annotated[CameraDiscoveryRequest | None, Body()] = None) -> Any:
    return (body or CameraDiscoveryRequest()).model_dump(mode="json")


@app.get("/api/cameras/{id}")
def get_camera(id: Annotated[str, Path(min_length=1, max_length=64)]) -> Any:
    return {"id": id}


@app.put("/api/cameras/{id}")
def update_camera(id: Annotated[str, Path(min_length=1, max_length=64)], body: CameraUpdate) -> Any:
    return set_fields(body)


@app.delete("/api/cameras/{id}", status_code=204)
def delete_camera(id: Annotated[str, Path(min_length=1, max_length=64)]) -> Response:
    return Response(status_code=204)


@app.get("/api/events")
def list_events(filters: Annotated[EventFilters, Query()]) -> Any:
    return filters.model_dump(mode="json")


@app.post("/api/events", status_code=201)
def create_event(body: EventCreate) -> Any:
    return body.model_dump(mode="json")


@app.patch("/api/events/{id}")
def update_event(id: str, body: EventUpdate) -> Any:
    return set_fields(body)


@app.post("/api/users", status_code=201)
def create_user(body: UserCreate) -> Any:
    return body.model_dump(mode="json")


@app.put("/api/users/{id}")
def update_user(id: str, body: UserUpdate) -> Any:
    return set_fields(body)


@app.post("/reference/sample", status_code=201)
def create_sample(body: Sample) -> Any:
    return body.model_dump(mode="json")


@app.put("/reference/sample/{number}")
def put_sample(number: Annotated[int, Path(ge=1)], body: Sample, limit: Annotated[int, Query(ge=1, le=500)]) -> Any:
    return {"number": number, "limit": limit, "body": set_fields(body)}
