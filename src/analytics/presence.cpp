#include "analytics/presence.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace sentinel::analytics {

using domain::EventPhase;
using domain::EventSeverity;
using domain::EventType;
using domain::Track;
using domain::TrackedFrame;
using domain::TrackState;

namespace {

constexpr float kAnimalConfidence = 0.65F;

float diagonal(const domain::Box& box) {
  return std::hypot(box.width, box.height);
}

bool seen_in(const TrackedFrame& frame, const Track& track) {
  return track.last_seen == frame.stream_time;
}

// The score times the share of the picture that the object's visible part fills.
float picture_quality(const TrackedFrame& frame, const domain::Box& box, float score) {
  const auto visible = domain::normalize(box, frame.width, frame.height);
  return score * visible.width * visible.height;
}

}  // namespace

std::vector<ClassRule> default_class_rules() {
  std::vector<ClassRule> rules{{"person", EventType::kPerson, EventSeverity::kMedium}};
  for (const char* name : {"bicycle", "car", "motorcycle", "bus", "truck"}) {
    rules.push_back({name, EventType::kVehicle, EventSeverity::kLow, true});
  }
  for (const char* name :
       {"bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe"}) {
    rules.push_back({name, EventType::kAnimal, EventSeverity::kLow, false, kAnimalConfidence});
  }
  return rules;
}

Presence::Presence(const PresenceConfig& config, const std::vector<std::string>& class_names)
    : config_{config}, rules_(class_names.size()) {
  for (std::size_t i = 0; i < class_names.size(); ++i) {
    for (const auto& wanted : config_.wanted) {
      if (wanted.class_name == class_names[i])
        rules_[i] = Rule{wanted.type, wanted.severity, wanted.must_move,
                         std::max(wanted.confidence_min, config_.confidence_min)};
    }
  }
}

PresenceStep Presence::step(const TrackedFrame& frame) {
  now_ = time_now(frame);
  captured_at_ = frame.captured_at;
  for (const Track* track : adopt_known(frame)) adopt_new(frame, *track);
  PresenceStep out;
  for (auto& state : states_) advance(state, frame, out);
  retire_tracks(frame);
  return out;
}

bool Presence::is_over(const State& state) const {
  const auto patience = state.still ? config_.close_still_after : config_.close_after;
  return state.absent_since && now_ - *state.absent_since >= patience;
}

// Forgets the visits that are over. A track of theirs that the tracker finds again begins a visit then, not
// at its own start.
void Presence::retire_tracks(const TrackedFrame& frame) {
  for (const auto& state : states_) {
    if (is_over(state)) {
      retired_ids_.insert(retired_ids_.end(), state.track_ids.begin(), state.track_ids.end());
    }
  }
  std::erase_if(states_, [this](const State& state) { return is_over(state); });
  const auto is_forgotten = [&frame](std::int64_t id) {
    return std::none_of(frame.tracks.begin(), frame.tracks.end(),
                        [id](const Track& t) { return t.id == id; });
  };
  std::erase_if(retired_ids_, is_forgotten);
  // A visit of hours goes through hundreds of tracks; an id that the tracker dropped never comes back.
  for (State& state : states_) std::erase_if(state.track_ids, is_forgotten);
}

void Presence::restart() {
  restarted_ = true;
  retired_ids_.clear();
  for (auto& state : states_) {
    state.track_ids.clear();
    state.absent_since.reset();  // nobody could see it: its absence counts from the first frame on
  }
}

std::vector<PresenceChange> Presence::close_all() {
  std::vector<PresenceChange> changes;
  for (const auto& state : states_) {
    if (state.open) changes.push_back({EventPhase::kClosed, state.visit});
  }
  states_.clear();
  return changes;
}

const Presence::Rule* Presence::rule_of(const Track& track) const {
  const auto index = static_cast<std::size_t>(track.class_id);
  if (track.class_id < 0 || index >= rules_.size() || !rules_[index]) return nullptr;
  return &*rules_[index];
}

StreamTime Presence::time_now(const TrackedFrame& frame) {
  if (restarted_) {
    const auto gap = std::max(StreamTime{0}, StreamTime{frame.captured_at - captured_at_});
    offset_ = now_ + gap - frame.stream_time;
    restarted_ = false;
  }
  return frame.stream_time + offset_;
}

// Gives each visit the first live track of its own and answers the live tracks that no visit holds. Two live
// tracks of one visit are two objects: the one that joined later leaves it.
std::vector<const Track*> Presence::adopt_known(const TrackedFrame& frame) {
  std::vector<const Track*> rest;
  for (const auto& track : frame.tracks) {
    if (track.state != TrackState::kLost && track.state != TrackState::kTentative && rule_of(track)) {
      rest.push_back(&track);
    }
  }
  for (auto& state : states_) {
    state.live = false;
    std::erase_if(state.track_ids, [&](std::int64_t id) {
      const auto found =
          std::find_if(rest.begin(), rest.end(), [id](auto* track) { return track->id == id; });
      if (found == rest.end()) return false;
      if (state.live) return true;
      see(state, frame, **found);
      rest.erase(found);
      return false;
    });
  }
  return rest;
}

void Presence::adopt_new(const TrackedFrame& frame, const Track& track) {
  State* state = continued_by(track);
  if (!state) {
    const Rule& rule = *rule_of(track);
    State fresh;
    fresh.visit.id = next_id_++;
    const bool retired = std::erase(retired_ids_, track.id) > 0;
    fresh.first_seen = offset_ + (retired ? track.last_seen : track.first_seen);
    fresh.last_seen = fresh.first_seen;
    fresh.at_origin = fresh.first_seen;
    fresh.must_move = rule.must_move;
    fresh.visit.started_at = frame.captured_at - (now_ - fresh.first_seen);
    fresh.visit.last_seen_at = fresh.visit.started_at;
    states_.push_back(std::move(fresh));
    state = &states_.back();
  }
  state->track_ids.push_back(track.id);
  state->origin = track.box;
  see(*state, frame, track);
}

// The visit without a live track that the track continues, the nearest when there are several; or none.
Presence::State* Presence::continued_by(const Track& track) {
  State* nearest = nullptr;
  float nearest_distance = std::numeric_limits<float>::max();
  for (auto& state : states_) {
    if (state.live || !may_be(rule_of(track)->type, state.visit.type)) continue;
    if (track.first_seen + offset_ < state.last_seen - config_.overlap_max) continue;
    const float distance =
        std::hypot(track.box.center_x() - state.box.center_x(), track.box.center_y() - state.box.center_y());
    // The box at hand is where the track is now, so its way since its start counts as well.
    const auto seconds =
        static_cast<float>(to_seconds(std::min(now_ - state.last_seen, config_.close_after)));
    const float reach = (config_.reach + config_.reach_per_second * std::max(0.F, seconds)) *
                        std::max(diagonal(track.box), diagonal(state.box));
    if (distance > reach || distance >= nearest_distance) continue;
    nearest = &state;
    nearest_distance = distance;
  }
  return nearest;
}

bool Presence::may_be(domain::EventType seen, domain::EventType truly) const {
  return seen == truly || std::any_of(config_.confusions.begin(), config_.confusions.end(),
                                      [&](const Confusion& c) { return c.seen == seen && c.truly == truly; });
}

// Is this the same object as that of a live visit, seen as something else?
bool Presence::is_double(const State& state) const {
  return std::any_of(states_.begin(), states_.end(), [&](const State& other) {
    return other.live && other.visit.type != state.visit.type && may_be(state.visit.type, other.visit.type) &&
           domain::iou(state.box, other.box) >= config_.confusion_iou;
  });
}

void Presence::see(State& state, const TrackedFrame& frame, const Track& track) {
  state.live = true;
  state.still = track.state == TrackState::kStationary;
  state.absent_since.reset();
  const auto known = std::pair{state.visit.track_id, state.visit.class_id};
  state.visit.track_id = track.id;
  const Rule& rule = *rule_of(track);
  // The class of the first frames may be a mistake; once told, the type stays.
  if (!state.open && (known.first == 0 || !may_be(rule.type, state.visit.type))) {
    state.visit.type = rule.type;
    state.visit.severity = rule.severity;
    state.confidence_min = rule.confidence_min;
  }
  if (rule.type == state.visit.type) state.visit.class_id = track.class_id;
  if (known != std::pair{state.visit.track_id, state.visit.class_id}) state.changed = true;
  state.last_seen = std::max(state.last_seen, track.last_seen + offset_);
  state.visit.last_seen_at = frame.captured_at - (now_ - state.last_seen);
  if (!seen_in(frame, track)) return;
  state.box = track.box;
  if (state.must_move) note_movement(state, frame);
  if (track.score > state.visit.confidence) {
    state.visit.confidence = track.score;
    state.changed = true;
  }
}

// An object that waited before it moved off has its visit begin when it did.
void Presence::note_movement(State& state, const TrackedFrame& frame) {
  const float distance = std::hypot(state.box.center_x() - state.origin.center_x(),
                                    state.box.center_y() - state.origin.center_y());
  const float demanded = config_.moved_min * std::max(diagonal(state.box), diagonal(state.origin));
  if (distance < demanded / 2) state.at_origin = now_;
  if (distance < demanded) return;
  state.must_move = false;
  if (state.at_origin - state.first_seen > config_.close_after) state.first_seen = state.at_origin;
  state.visit.started_at = frame.captured_at - (now_ - state.first_seen);
}

// Opens, reports or closes one visit, as its state and the time demand.
void Presence::advance(State& state, const TrackedFrame& frame, PresenceStep& out) {
  if (!state.live && !state.absent_since) state.absent_since = now_;
  if (!state.open) {
    const bool believed = state.live && !state.must_move && state.visit.confidence >= state.confidence_min &&
                          state.last_seen - state.first_seen >= config_.duration_min;
    if (!believed || state.last_seen != now_ || is_double(state)) return;
    state.open = true;
    photograph(state, frame, out);
    out.changes.push_back({EventPhase::kOpened, state.visit});
  } else if (is_over(state)) {
    out.changes.push_back({EventPhase::kClosed, state.visit});
    return;
  } else {
    if (state.live && state.last_seen == now_) photograph(state, frame, out);
    const StreamTime since = now_ - state.reported.value_or(now_);
    const bool due = since >= (state.changed ? config_.update_every : config_.refresh_every);
    if (!state.live || !due) return;
    out.changes.push_back({EventPhase::kUpdated, state.visit});
  }
  state.reported = now_;
  state.changed = false;
}

void Presence::photograph(State& state, const TrackedFrame& frame, PresenceStep& out) const {
  const auto track = std::find_if(frame.tracks.begin(), frame.tracks.end(),
                                  [&](const Track& t) { return t.id == state.visit.track_id; });
  if (track == frame.tracks.end() || !seen_in(frame, *track)) return;
  if (state.pictured && now_ - *state.pictured < config_.picture_every) return;
  const float quality = picture_quality(frame, track->box, track->score);
  if (state.pictured && quality < state.picture_quality * config_.picture_gain) return;
  state.pictured = now_;
  state.picture_quality = quality;
  state.changed = true;
  out.pictures.push_back({state.visit.id, state.visit.class_id, track->box, track->score});
}

}  // namespace sentinel::analytics
