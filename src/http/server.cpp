#include "http/server.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <mutex>

#include "base/log.hpp"
#include "http/session.hpp"

namespace sentinel::http {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;
using Acceptor = boost::asio::basic_socket_acceptor<tcp, Executor>;

constexpr std::chrono::milliseconds kAcceptRetry{100};
constexpr std::string_view kTooMany =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\nContent-Type: "
    "application/json\r\n"
    "Content-Length: 34\r\n\r\n{\"detail\":\"Too many connections.\"}";

// Short timeouts, as tests have them, need a finer sweep.
std::chrono::milliseconds tick_of(const ServerConfig& config) {
  const auto shortest = std::min(config.request_timeout, config.idle_timeout);
  return std::clamp<std::chrono::milliseconds>(shortest / 4, std::chrono::milliseconds{5},
                                               std::chrono::milliseconds{250});
}

Result<boost::asio::ip::address> resolve(const std::string& host) {
  error_code error;
  const auto address = boost::asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
  if (!error) return address;
  boost::asio::io_context context;
  tcp::resolver resolver{context};
  const auto found = resolver.resolve(host, "", error);
  if (!error && !found.empty()) return found.begin()->endpoint().address();
  return invalid(
      fmt::format("HOST={}: no address of this machine has that name. Set HOST to 127.0.0.1, to "
                  "0.0.0.0 for every interface, or to one of this machine's addresses.",
                  host));
}

boost::asio::ip::address without_mapping(const boost::asio::ip::address& address) {
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
  return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
}

}  // namespace

class Server::Impl {
 public:
  Impl(ServerConfig config, const Router& router, Authenticator& authenticator, const Clock& clock, Hub* hub)
      : config_{std::move(config)},
        clock_{clock},
        cors_{config_.cors_origins},
        responder_{router, authenticator, cors_, config_.exception_mapper},
        connections_{config_.connections_max, config_.connections_per_address_max},
        pool_{config_.workers, config_.worker_queue_max},
        slow_pool_{config_.slow_workers, config_.slow_queue_max},
        parts_{config_, responder_, cors_, pool_, slow_pool_, hub} {}

  Status start();
  void stop();
  std::uint16_t port() const { return port_; }
  std::size_t connections() const { return connections_.taken(); }

 private:
  Status listen(const boost::asio::ip::address& address);
  void accept_next();
  void admit(Loop& loop, Socket socket);

  const ServerConfig config_;
  const Clock& clock_;
  const Cors cors_;
  const Responder responder_;
  Quota connections_;
  WorkerPool pool_;
  WorkerPool slow_pool_;
  const ServerParts parts_;
  std::uint16_t port_ = 0;
  std::size_t next_loop_ = 0;
  std::mutex stop_mutex_;  // one stop() at a time
  bool is_running_ = false;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::optional<Acceptor> acceptor_;  // on the first loop
};

Status Server::Impl::start() {
  if (std::ranges::find(config_.cors_origins, "*") != config_.cors_origins.end()) {
    return invalid(
        "CORS_ORIGINS: \"*\" is refused, because replies allow credentials. List the exact origins, "
        "such as http://localhost:3000.");
  }
  const auto address = resolve(config_.host);
  if (!address) return address.error();
  for (std::size_t i = 0; i < std::max<std::size_t>(config_.threads, 1); ++i) {
    loops_.push_back(std::make_unique<Loop>(clock_, tick_of(config_)));
  }
  if (Status listening = listen(*address); !listening) {
    acceptor_.reset();
    loops_.clear();
    return listening;
  }
  accept_next();
  for (const auto& loop : loops_) loop->start();
  const std::lock_guard lock{stop_mutex_};
  is_running_ = true;
  return {};
}

Status Server::Impl::listen(const boost::asio::ip::address& address) {
  const tcp::endpoint endpoint{address, config_.port};
  error_code error;
  acceptor_.emplace(loops_.front()->context());
  acceptor_->open(endpoint.protocol(), error);
  if (!error) acceptor_->set_option(Acceptor::reuse_address{true}, error);
  if (!error && address.is_v6()) acceptor_->set_option(boost::asio::ip::v6_only{false}, error);
  if (!error) acceptor_->bind(endpoint, error);
  if (!error) acceptor_->listen(Acceptor::max_listen_connections, error);
  if (!error) {
    port_ = acceptor_->local_endpoint(error).port();
    return {};
  }
  const std::string where = fmt::format("HOST={} PORT={}", config_.host, config_.port);
  const LogText cause{error.message()};
  if (error == boost::asio::error::address_in_use) {
    return Error{ErrorKind::kConflict,
                 ClientText{where + ": another program listens there. Stop it, or set PORT to a free port."},
                 cause};
  }
  if (error == boost::asio::error::access_denied) {
    return Error{ErrorKind::kInvalid,
                 ClientText{where + ": this user may not listen there. Set PORT to 1024 or above."}, cause};
  }
  return Error{ErrorKind::kInvalid,
               ClientText{where + ": cannot be listened on. Set HOST to an address of this machine."}, cause};
}

void Server::Impl::accept_next() {
  Loop& loop = *loops_[next_loop_++ % loops_.size()];
  acceptor_->async_accept(loop.context(), [this, &loop](const error_code& error, Socket socket) {
    if (error == boost::asio::error::operation_aborted || !acceptor_->is_open()) return;
    if (error) {  // out of descriptors, most likely: some must close first
      log::warn("http", "a connection could not be accepted: {}", error.message());
      auto timer = std::make_shared<boost::asio::steady_timer>(loops_.front()->context(), kAcceptRetry);
      timer->async_wait([this, timer](const error_code&) {
        if (acceptor_->is_open()) accept_next();
      });
      return;
    }
    admit(loop, std::move(socket));
    accept_next();
  });
}

void Server::Impl::admit(Loop& loop, Socket socket) {
  error_code error;
  const auto address = without_mapping(socket.remote_endpoint(error).address());
  if (error) return;  // gone again
  std::string text = address.to_string();
  auto ticket = connections_.take(text);
  if (!ticket) {
    ::send(socket.native_handle(), kTooMany.data(), kTooMany.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    return;
  }
  boost::asio::post(loop.context(), [this, &loop, socket = std::move(socket), ticket = std::move(*ticket),
                                     text = std::move(text), is_loopback = address.is_loopback()]() mutable {
    std::make_shared<HttpSession>(loop, parts_, std::move(socket), std::move(ticket), std::move(text),
                                  is_loopback)
        ->start();
  });
}

void Server::Impl::stop() {
  const std::lock_guard lock{stop_mutex_};
  if (!std::exchange(is_running_, false)) return;
  boost::asio::post(loops_.front()->context(), [this] {
    error_code ignored;
    acceptor_->close(ignored);
  });
  for (const auto& loop : loops_) loop->finish_connections();
  if (!connections_.wait_until_empty(config_.stop_timeout)) {
    log::warn("http", "{} connections are closed before their requests ended", connections_.taken());
  }
  for (const auto& loop : loops_) loop->abort_connections();
  pool_.stop();
  slow_pool_.stop();
  for (const auto& loop : loops_) loop->join();
}

Server::Server(ServerConfig config, const Router& router, Authenticator& authenticator, const Clock& clock,
               Hub* hub)
    : impl_{std::make_unique<Impl>(std::move(config), router, authenticator, clock, hub)} {}

Server::~Server() {
  stop();
}

Status Server::start() {
  return impl_->start();
}

void Server::stop() {
  impl_->stop();
}

std::uint16_t Server::port() const {
  return impl_->port();
}

std::size_t Server::connections() const {
  return impl_->connections();
}

}  // namespace sentinel::http
