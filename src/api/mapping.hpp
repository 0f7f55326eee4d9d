// Between the domain's types and the wire's: plain functions, one pair a type.
#pragma once

#include "api/schemas/auth.hpp"
#include "api/schemas/camera.hpp"
#include "api/schemas/event.hpp"
#include "api/schemas/user.hpp"
#include "services/auth_service.hpp"
#include "services/camera_service.hpp"
#include "services/event_service.hpp"
#include "services/user_service.hpp"

namespace sentinel::api {

UserResponse to_wire(const auth::User& user);
SessionResponse to_wire(const services::SessionView& view);
LoginResponse to_wire(const services::Tokens& tokens);
CameraResponse to_wire(const services::CameraView& view);
CameraStatsResponse to_stats_wire(const services::CameraView& view);
EventResponse to_wire(const domain::Event& event);

services::UserDraft to_domain(const UserCreate& wire);
services::UserPatch to_domain(const UserUpdate& wire);
services::CameraDraft to_domain(const CameraCreate& wire);
services::CameraPatch to_domain(const CameraUpdate& wire);
services::EventListQuery to_domain(const EventFilters& wire);

}  // namespace sentinel::api
