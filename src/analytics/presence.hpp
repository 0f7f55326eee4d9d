// Presence: one event for each visit of a wanted object. Pure logic; time comes with the frames.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "domain/event.hpp"
#include "domain/track.hpp"

namespace sentinel::analytics {

// An object of this class is reported, as an event of this type. Classes that share a type are one group: a
// visit may change its class within the group (car, truck), never its type.
struct ClassRule {
  std::string class_name;  // as the model names it
  domain::EventType type = domain::EventType::kCustom;
  domain::EventSeverity severity = domain::EventSeverity::kLow;
  // Opens only once the object has moved from where its track began: a parked car is part of the scene, and
  // would otherwise be an event that opens and closes with every blink of the detector.
  bool must_move = false;
  float confidence_min = 0;  // where more than PresenceConfig::confidence_min is demanded
};

// Person; the road vehicles of COCO as vehicle, which must move; its animals as animal, which must be
// clearer: most of what looks a little like a dog is none.
std::vector<ClassRule> default_class_rules();

// What is seen as `seen` is often in truth `truly`: whoever lies or crouches looks like a dog to a detector
// that was trained on people who stand.
struct Confusion {
  domain::EventType seen = domain::EventType::kCustom;
  domain::EventType truly = domain::EventType::kCustom;
};

struct PresenceConfig {
  std::vector<ClassRule> wanted = default_class_rules();
  float confidence_min = 0.5F;               // a visit opens once a detection has reached this …
  StreamTime duration_min{500'000};          // … and it was seen over so long
  float moved_min = 0.5F;                    // diagonals of its box: the way that must_move demands
  StreamTime close_after{2'500'000};         // a visit closes when no track of it is live for so long …
  StreamTime close_still_after{10'000'000};  // … or so long when it was stationary: the detector may blink
  // A new track continues a visit whose own tracks are all lost when it is of the same group, started after
  // the visit was last seen (give or take `overlap_max`) and its centre lies within `reach` +
  // `reach_per_second` * gap diagonals of the larger box from the centre where the visit was last seen; a gap
  // over close_after reaches no further than one of close_after.
  float reach = 0.5F;
  float reach_per_second = 0.5F;
  StreamTime overlap_max{300'000};
  // A track of the type `seen` continues a lost visit of the type `truly` as well, and is no visit of its own
  // while it overlaps a live one by `confusion_iou`.
  std::vector<Confusion> confusions{{domain::EventType::kAnimal, domain::EventType::kPerson}};
  float confusion_iou = 0.4F;
  StreamTime update_every{1'000'000};    // a changed visit is reported at most so often …
  StreamTime refresh_every{10'000'000};  // … and an unchanged one at least so often
  float picture_gain = 1.2F;             // a picture is taken anew when it is so many times better …
  StreamTime picture_every{400'000};     // … and the last one is so old
};

// One visit as far as it is known.
struct Visit {
  std::int64_t id = 0;  // unique within one Presence, from 1
  domain::EventType type = domain::EventType::kCustom;
  domain::EventSeverity severity = domain::EventSeverity::kLow;
  int class_id = 0;
  std::int64_t track_id = 0;  // the track that carries it now
  float confidence = 0;       // the best score so far
  UtcTime started_at{};    // the first detection of its first track; or when it left its place, see must_move
  UtcTime last_seen_at{};  // the latest detection
};

struct PresenceChange {
  domain::EventPhase phase = domain::EventPhase::kOpened;
  Visit visit;
};

// An open visit that should be photographed in this very frame: the first time, or better than before.
struct PictureRequest {
  std::int64_t visit_id = 0;
  int class_id = 0;
  domain::Box box;
  float score = 0;
};

struct PresenceStep {
  std::vector<PresenceChange> changes;
  std::vector<PictureRequest> pictures;
};

// The visits of one camera. Used by one thread. The same frames give the same steps.
class Presence {
 public:
  // `class_names` are the model's, indexed by Track::class_id; a wanted class that it lacks is ignored.
  Presence(const PresenceConfig& config, const std::vector<std::string>& class_names);

  // Frames come in order of their stream time. A track counts as live in every state but kLost, so one that
  // is held without being detected anew keeps its visit open while last_seen_at stays honest.
  PresenceStep step(const domain::TrackedFrame& frame);
  // The stream was opened anew: its time and its track ids start over. The gap is what captured_at says; it
  // is no absence of anybody, so the caller decides how long a gap may be before it calls close_all().
  void restart();
  // Closes every open visit and forgets the others: the camera went away or the program stops.
  std::vector<PresenceChange> close_all();

 private:
  struct Rule {
    domain::EventType type;
    domain::EventSeverity severity;
    bool must_move;
    float confidence_min;
  };
  struct State {
    Visit visit;
    bool open = false;
    std::vector<std::int64_t> track_ids;  // in the order in which they joined
    StreamTime first_seen{0};             // on the line of time_now()
    StreamTime last_seen{0};
    domain::Box box;  // where it was last seen
    float confidence_min = 0;
    bool must_move = false;                  // and has not yet
    domain::Box origin;                      // where its present track was first seen
    StreamTime at_origin{0};                 // when it was last seen near there
    bool live = false;                       // in the frame at hand
    bool still = false;                      // stationary when it was last live
    std::optional<StreamTime> absent_since;  // the first frame in which it was not
    bool changed = false;                    // since the last report
    std::optional<StreamTime> reported;
    float picture_quality = 0;
    std::optional<StreamTime> pictured;
  };

  const Rule* rule_of(const domain::Track& track) const;
  StreamTime time_now(const domain::TrackedFrame& frame);
  std::vector<const domain::Track*> adopt_known(const domain::TrackedFrame& frame);
  void adopt_new(const domain::TrackedFrame& frame, const domain::Track& track);
  State* continued_by(const domain::Track& track);
  bool may_be(domain::EventType seen, domain::EventType truly) const;
  bool is_double(const State& state) const;
  bool is_over(const State& state) const;
  void retire_tracks(const domain::TrackedFrame& frame);
  void see(State& state, const domain::TrackedFrame& frame, const domain::Track& track);
  void note_movement(State& state, const domain::TrackedFrame& frame);
  void advance(State& state, const domain::TrackedFrame& frame, PresenceStep& out);
  void photograph(State& state, const domain::TrackedFrame& frame, PresenceStep& out) const;

  PresenceConfig config_;
  std::vector<std::optional<Rule>> rules_;  // indexed by class id
  std::vector<State> states_;
  std::vector<std::int64_t> retired_ids_;  // tracks of closed visits that the tracker still remembers
  std::int64_t next_id_ = 1;
  // One line of time over all openings of the stream: its stream time plus an offset.
  StreamTime now_{0};
  StreamTime offset_{0};
  UtcTime captured_at_{};
  bool restarted_ = false;
};

}  // namespace sentinel::analytics
