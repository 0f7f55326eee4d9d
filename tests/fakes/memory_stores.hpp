// The repositories and the media store in memory, for tests of what stands above them. They behave as the
// real ones do: src/storage/conformance_*_test.cpp runs the same tests over both. Thread-safe.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/guarded.hpp"
#include "storage/camera_repository.hpp"
#include "storage/event_repository.hpp"
#include "storage/media_store.hpp"
#include "storage/store_down.hpp"
#include "storage/user_repository.hpp"

namespace sentinel::fakes {

// Lets the n-th call from now on fail, once: for fails_at_every_step(). Null and zero let all pass.
class Fault {
 public:
  void fail_at(int call) {
    countdown_.with([&](int& left) { left = call; });
  }
  // True when this call is the one.
  bool strikes() {
    return countdown_.with([](int& left) { return left > 0 && --left == 0; });
  }
  void throw_if_struck() {
    if (strikes()) throw storage::StoreDown("a fault of the test");
  }

 private:
  Guarded<int> countdown_;
};

class MemoryUsers final : public storage::UserRepository {
 public:
  Fault fault;  // before each call takes effect

  Result<auth::User> insert_user(const auth::User& user) override {
    fault.throw_if_struck();
    return data_.with([&](Data& data) -> Result<auth::User> {
      if (data.holds_name(user.username, 0)) return conflict("Username already registered");
      return data.add(user);
    });
  }
  std::optional<auth::User> insert_first_user(const auth::User& user) override {
    fault.throw_if_struck();
    return data_.with([&](Data& data) -> std::optional<auth::User> {
      if (!data.users.empty()) return std::nullopt;
      return data.add(user);
    });
  }
  std::optional<auth::User> find_user(std::int64_t id) override {
    fault.throw_if_struck();
    return data_.with([&](Data& data) -> std::optional<auth::User> {
      const auto found = data.users.find(id);
      if (found == data.users.end()) return std::nullopt;
      return found->second;
    });
  }
  std::optional<auth::User> find_user(std::string_view username) override {
    fault.throw_if_struck();
    return data_.with([&](Data& data) -> std::optional<auth::User> {
      for (const auto& [id, user] : data.users) {
        if (user.username == username) return user;
      }
      return std::nullopt;
    });
  }
  std::vector<auth::User> list_users() override {
    fault.throw_if_struck();
    return data_.with([](Data& data) {
      std::vector<auth::User> users;
      for (const auto& [id, user] : data.users) users.push_back(user);
      return users;
    });
  }
  std::int64_t count_users() override {
    fault.throw_if_struck();
    return data_.with([](Data& data) { return static_cast<std::int64_t>(data.users.size()); });
  }
  Status update_user(const auth::User& user) override {
    fault.throw_if_struck();
    return data_.with([&](Data& data) -> Status {
      const auto found = data.users.find(user.id);
      if (found == data.users.end()) return not_found("User not found");
      if (data.holds_name(user.username, user.id)) return conflict("Username already registered");
      const bool stays = user.role == auth::Role::kAdmin && user.is_active;
      if (!stays && data.is_last_admin(user.id)) return conflict("The last active admin");
      const auth::User before = std::exchange(found->second, user);
      found->second.created_at = before.created_at;
      found->second.last_login = before.last_login;
      found->second.password_hash = before.password_hash;
      return {};
    });
  }
  void record_login(std::int64_t id, UtcTime at) override {
    fault.throw_if_struck();
    data_.with([&](Data& data) {
      if (const auto found = data.users.find(id); found != data.users.end()) found->second.last_login = at;
    });
  }
  bool replace_password_hash(std::int64_t id, std::string_view from, std::string_view to) override {
    fault.throw_if_struck();
    return data_.with([&](Data& data) {
      const auto found = data.users.find(id);
      if (found == data.users.end() || found->second.password_hash != from) return false;
      found->second.password_hash = to;
      return true;
    });
  }
  Status delete_user(std::int64_t id) override {
    fault.throw_if_struck();
    return data_.with([&](Data& data) -> Status {
      if (data.is_last_admin(id)) return conflict("The last active admin");
      if (data.users.erase(id) == 0) return not_found("User not found");
      std::erase_if(data.sessions, [&](const auto& entry) { return entry.second.user_id == id; });
      return {};
    });
  }

  Status insert_session(const storage::Session& session) override {
    fault.throw_if_struck();
    return data_.with([&](Data& data) -> Status {
      const bool known =
          data.sessions.contains(session.id) || data.find_session([&](const storage::Session& other) {
            return other.refresh_hash == session.refresh_hash;
          });
      if (known) return conflict("Session already exists");
      if (!data.users.contains(session.user_id)) return not_found("User not found");
      data.sessions.emplace(session.id, session);
      return {};
    });
  }
  std::optional<storage::Session> find_session(std::string_view id) override {
    fault.throw_if_struck();
    return data_.with([&](Data& data) {
      return data.find_session([&](const storage::Session& session) { return session.id == id; });
    });
  }
  std::vector<storage::Session> list_sessions(std::optional<std::int64_t> user_id) override {
    fault.throw_if_struck();
    return data_.with([&](Data& data) {
      std::vector<storage::Session> sessions;
      for (const auto& [id, session] : data.sessions) {
        if (!user_id || session.user_id == *user_id) sessions.push_back(session);
      }
      std::reverse(sessions.begin(), sessions.end());
      return sessions;
    });
  }
  bool rotate_session(std::string_view from, const storage::Session& to) override {
    fault.throw_if_struck();
    return data_.with([&](Data& data) {
      const auto found = data.sessions.find(to.id);
      if (found == data.sessions.end() || found->second.refresh_hash != from) return false;
      found->second.refresh_hash = to.refresh_hash;
      found->second.last_used_at = to.last_used_at;
      found->second.address = to.address;
      found->second.user_agent = to.user_agent;
      return true;
    });
  }
  void delete_session(std::string_view id) override {
    fault.throw_if_struck();
    data_.with([&](Data& data) {
      std::erase_if(data.sessions, [&](const auto& entry) { return entry.first == id; });
    });
  }
  void delete_sessions_of(std::int64_t user_id, std::string_view but) override {
    fault.throw_if_struck();
    data_.with([&](Data& data) {
      std::erase_if(data.sessions,
                    [&](const auto& entry) { return entry.second.user_id == user_id && entry.first != but; });
    });
  }
  void delete_expired_sessions(UtcTime now) override {
    fault.throw_if_struck();
    data_.with([&](Data& data) {
      std::erase_if(data.sessions, [&](const auto& entry) { return entry.second.expires_at <= now; });
    });
  }

 private:
  struct Data {
    std::map<std::int64_t, auth::User> users;
    std::map<std::string, storage::Session, std::less<>> sessions;
    std::int64_t last_id = 0;

    auth::User add(auth::User user) {
      user.id = ++last_id;
      users.emplace(user.id, user);
      return user;
    }
    bool is_last_admin(std::int64_t id) const {
      const auto is_other = [&](const auto& entry) { return entry.first != id && is_admin(entry.second); };
      const auto found = users.find(id);
      return found != users.end() && is_admin(found->second) && std::ranges::none_of(users, is_other);
    }
    static bool is_admin(const auth::User& user) { return user.role == auth::Role::kAdmin && user.is_active; }
    bool holds_name(std::string_view username, std::int64_t except_id) const {
      return std::any_of(users.begin(), users.end(), [&](const auto& entry) {
        return entry.second.username == username && entry.first != except_id;
      });
    }
    template <class Matches>
    std::optional<storage::Session> find_session(const Matches& matches) const {
      for (const auto& [id, session] : sessions) {
        if (matches(session)) return session;
      }
      return std::nullopt;
    }
  };
  Guarded<Data> data_;
};

class MemoryCameras final : public storage::CameraRepository {
 public:
  Fault fault;

  domain::Camera insert_camera(const domain::Camera& camera, const std::vector<std::string>& taken) override {
    fault.throw_if_struck();
    return data_.with([&](Data& data) {
      domain::Camera stored = camera;
      stored.from_file = false;
      do {
        stored.id = fmt::format("camera_{}", ++data.last_number);
      } while (std::find(taken.begin(), taken.end(), stored.id) != taken.end());
      data.cameras.push_back(stored);
      return stored;
    });
  }
  std::vector<domain::Camera> list_cameras() override {
    fault.throw_if_struck();
    return data_.with([](Data& data) { return data.cameras; });
  }
  std::optional<domain::Camera> find_camera(std::string_view id) override {
    fault.throw_if_struck();
    return data_.with([&](Data& data) -> std::optional<domain::Camera> {
      const auto found = data.find(id);
      if (found == data.cameras.end()) return std::nullopt;
      return *found;
    });
  }
  Status update_camera(const domain::Camera& camera) override {
    fault.throw_if_struck();
    return data_.with([&](Data& data) -> Status {
      const auto found = data.find(camera.id);
      if (found == data.cameras.end()) return not_found("Camera not found");
      const UtcTime created_at = found->created_at;
      *found = camera;
      found->created_at = created_at;
      found->from_file = false;
      return {};
    });
  }
  Status delete_camera(std::string_view id) override {
    fault.throw_if_struck();
    return data_.with([&](Data& data) -> Status {
      const auto found = data.find(id);
      if (found == data.cameras.end()) return not_found("Camera not found");
      data.cameras.erase(found);
      return {};
    });
  }

 private:
  struct Data {
    std::vector<domain::Camera> cameras;
    std::int64_t last_number = 0;

    std::vector<domain::Camera>::iterator find(std::string_view id) {
      return std::find_if(cameras.begin(), cameras.end(),
                          [&](const domain::Camera& camera) { return camera.id == id; });
    }
  };
  Guarded<Data> data_;
};

class MemoryEvents : public storage::EventRepository {
 public:
  Fault fault;

  void upsert_events(const std::vector<domain::Event>& events) override {
    fault.throw_if_struck();
    data_.with([&](Data& data) {
      for (const domain::Event& event : events) upsert(data, event);
    });
  }
  Result<domain::Event> annotate_event(std::string_view id,
                                       const storage::EventAnnotation& annotation) override {
    fault.throw_if_struck();
    return data_.with([&](Data& data) -> Result<domain::Event> {
      const auto found = data.find(id);
      if (found == data.end()) return not_found("Event not found");
      annotate(found->second, annotation);
      return found->second;
    });
  }
  Status delete_event(std::string_view id) override {
    fault.throw_if_struck();
    return data_.with([&](Data& data) -> Status {
      const auto found = data.find(id);
      if (found == data.end()) return not_found("Event not found");
      data.erase(found);
      return {};
    });
  }
  std::optional<domain::Event> find_event(std::string_view id) override {
    fault.throw_if_struck();
    return data_.with([&](Data& data) -> std::optional<domain::Event> {
      const auto found = data.find(id);
      if (found == data.end()) return std::nullopt;
      return found->second;
    });
  }
  storage::EventPage list_events(const storage::EventFilter& filter,
                                 const storage::EventPageRequest& request) override {
    fault.throw_if_struck();
    std::vector<domain::Event> matching = sorted(
        [&](const domain::Event& event) { return matches(event, filter); }, &domain::Event::started_at);
    std::reverse(matching.begin(), matching.end());
    storage::EventPage page;
    page.total = static_cast<std::int64_t>(matching.size());
    page.total_capped = !request.count_exact && page.total > storage::kTotalMax;
    if (page.total_capped) page.total = storage::kTotalMax;
    if (request.after) {
      std::erase_if(matching, [&](const domain::Event& event) {
        return std::tie(event.started_at, event.id) >= std::tie(request.after->started_at, request.after->id);
      });
    }
    const auto count = static_cast<std::int64_t>(matching.size());
    const std::int64_t begin = std::min(request.offset, count);
    const std::int64_t end = std::min(begin + request.limit, count);
    page.items.assign(matching.begin() + begin, matching.begin() + end);
    page.has_more = end < count;
    return page;
  }
  storage::EventChanges list_changed_since(const std::optional<std::vector<std::string>>& camera_ids,
                                           UtcTime from, std::int64_t limit) override {
    fault.throw_if_struck();
    const storage::EventFilter filter{.camera_ids = camera_ids};
    storage::EventChanges changes;
    changes.items =
        sorted([&](const domain::Event& event) { return event.updated_at >= from && matches(event, filter); },
               &domain::Event::updated_at);
    changes.beyond = std::max<std::int64_t>(0, static_cast<std::int64_t>(changes.items.size()) - limit);
    changes.items.erase(changes.items.begin(), changes.items.begin() + changes.beyond);
    return changes;
  }
  std::vector<domain::Event> list_open_events() override {
    fault.throw_if_struck();
    return sorted([](const domain::Event& event) { return !event.ended_at; }, &domain::Event::started_at);
  }

 private:
  using Data = std::map<std::string, domain::Event, std::less<>>;

  static void upsert(Data& data, const domain::Event& event) {
    const auto found = data.find(event.id);
    if (found == data.end()) {
      data.emplace(event.id, event);
      return;
    }
    const domain::Event before = std::exchange(found->second, event);
    found->second.acknowledged = before.acknowledged;
    found->second.acknowledged_by = before.acknowledged_by;
    found->second.acknowledged_at = before.acknowledged_at;
    found->second.notes = before.notes;
  }
  static void annotate(domain::Event& event, const storage::EventAnnotation& annotation) {
    if (annotation.acknowledged && *annotation.acknowledged != event.acknowledged) {
      event.acknowledged = *annotation.acknowledged;
      event.acknowledged_by.reset();
      event.acknowledged_at.reset();
      if (event.acknowledged) {
        event.acknowledged_by = annotation.by;
        event.acknowledged_at = annotation.at;
      }
    }
    if (annotation.notes) event.notes = annotation.notes->empty() ? std::nullopt : annotation.notes;
    event.updated_at = annotation.at;
  }
  static bool matches(const domain::Event& event, const storage::EventFilter& filter) {
    const auto& cameras = filter.camera_ids;
    if (cameras && std::find(cameras->begin(), cameras->end(), event.camera_id) == cameras->end())
      return false;
    if (filter.type && event.type != *filter.type) return false;
    if (filter.severity && event.severity != *filter.severity) return false;
    if (filter.started_from && event.started_at < *filter.started_from) return false;
    if (filter.started_until && event.started_at >= *filter.started_until) return false;
    if (filter.acknowledged && event.acknowledged != *filter.acknowledged) return false;
    return !filter.confidence_min || event.confidence >= *filter.confidence_min;
  }
  // Those that `wanted` takes, oldest first by (that time, id).
  template <class Wanted>
  std::vector<domain::Event> sorted(const Wanted& wanted, UtcTime domain::Event::* time) const {
    return data_.with([&](const Data& data) {
      std::vector<domain::Event> events;
      for (const auto& [id, event] : data) {
        if (wanted(event)) events.push_back(event);
      }
      std::sort(events.begin(), events.end(), [time](const domain::Event& a, const domain::Event& b) {
        return std::tie(a.*time, a.id) < std::tie(b.*time, b.id);
      });
      return events;
    });
  }

  Guarded<Data> data_;
};

class MemoryMedia final : public storage::MediaStore {
 public:
  Fault fault;  // answers kUnavailable

  Status put(std::string_view key, std::span<const std::uint8_t> bytes) override {
    if (const Status checked = storage::check_media_key(key); !checked) return checked;
    if (bytes.size() > storage::kObjectBytesMax) {
      return Error{ErrorKind::kTooLarge, ClientText{"An object has at most 64 MiB"}};
    }
    if (fault.strikes()) return unavailable("The media store is not available");
    data_.with(
        [&](Data& data) { data.insert_or_assign(std::string{key}, Bytes(bytes.begin(), bytes.end())); });
    return {};
  }
  Result<std::vector<std::uint8_t>> get(std::string_view key) override {
    if (const Status checked = storage::check_media_key(key); !checked) return checked.error();
    if (fault.strikes()) return unavailable("The media store is not available");
    return data_.with([&](Data& data) -> Result<Bytes> {
      const auto found = data.find(key);
      if (found == data.end()) return not_found("No such object");
      return found->second;
    });
  }
  Status remove(std::string_view key) override {
    if (const Status checked = storage::check_media_key(key); !checked) return checked;
    if (fault.strikes()) return unavailable("The media store is not available");
    data_.with(
        [&](Data& data) { std::erase_if(data, [&](const auto& entry) { return entry.first == key; }); });
    return {};
  }
  std::size_t size() const {
    return data_.with([](const Data& data) { return data.size(); });
  }

 private:
  using Bytes = std::vector<std::uint8_t>;
  using Data = std::map<std::string, Bytes, std::less<>>;
  Guarded<Data> data_;
};

}  // namespace sentinel::fakes
