// The libav source against a camera on loopback that does what it should, and what it should not.
#include <thread>

#include "media/ffmpeg/av_source.hpp"
#include "media/ffmpeg/source_test_kit.hpp"
#include "tests/fakes/rtsp_server.hpp"

namespace sentinel::media {
namespace {

using fakes::RtspScript;
using fakes::RtspServer;
using std::chrono::milliseconds;

class RtspTest : public SourceTest {
 protected:
  static RtspScript streaming(RtspScript::Then then = RtspScript::Then::kSilence) {
    RtspScript script;
    script.pictures = encode_pictures(ClipSpec{});
    script.then = then;
    return script;
  }
  static RtspScript answering(const std::string& describe_reply) {
    RtspScript script;
    script.describe_reply = describe_reply;
    return script;
  }
  Error open_error(const std::string& url) const {
    const auto opened = source_of(camera_config(url))->open();
    EXPECT_FALSE(opened.has_value());
    return opened.error();
  }
  // libav's parser loses the timestamp of a stream's very first picture, so the second one is placed by its
  // arrival.
  static void expect_frame_time(const std::vector<domain::FramePtr>& frames, std::size_t n) {
    EXPECT_EQ(frames[0]->stream_time.count(), 0);
    if (n == 0) return;
    const auto since = frames[n]->stream_time - frames[1]->stream_time;
    EXPECT_NEAR(static_cast<double>(since.count()), static_cast<double>(n - 1) * 40'000, 1'000) << n;
  }
  // Opens and reads to the error that ends every live stream.
  Error end_of(Source& source, std::vector<domain::FramePtr>& frames) const {
    if (const auto opened = source.open(); !opened) return opened.error();
    while (true) {
      auto frame = source.read();
      if (!frame) return frame.error();
      EXPECT_NE(*frame, nullptr) << "a camera has no end";
      if (!*frame) return Error{};
      frames.push_back(std::move(*frame));
    }
  }
};

TEST_F(RtspTest, PlaysACameraAndSaysWhenItHangsUp) {
  const RtspServer camera{streaming(RtspScript::Then::kClose)};
  const auto source = source_of(camera_config(camera.url()));
  std::vector<domain::FramePtr> frames;
  const Error end = end_of(*source, frames);
  EXPECT_EQ(end.kind, ErrorKind::kUnavailable);
  EXPECT_NE(end.message.find("closed"), std::string::npos) << end.describe();
  ASSERT_EQ(frames.size(), 20U);
  for (std::size_t n = 0; n < frames.size(); ++n) {
    EXPECT_NEAR(luma_of(*frames[n]), clip_luma(static_cast<int>(n)), 4) << n;
    expect_frame_time(frames, n);
    EXPECT_LE(frames[n]->captured_at, clock_.utc_now());
    if (n > 0) EXPECT_GE(frames[n]->captured_at, frames[n - 1]->captured_at);
  }
  EXPECT_GT(source->counters().bytes, 0U);
  const std::string requests = camera.received();
  EXPECT_NE(requests.find("RTP/AVP/TCP"), std::string::npos);
  EXPECT_EQ(requests.find("UDP"), std::string::npos);
}

TEST_F(RtspTest, TimestampsThatWrapDoNotRunBack) {
  RtspScript script = streaming(RtspScript::Then::kClose);
  script.first_timestamp = 0xffffffffU - 5 * 3600 - 100;
  const RtspServer camera{script};
  std::vector<domain::FramePtr> frames;
  end_of(*source_of(camera_config(camera.url())), frames);
  ASSERT_EQ(frames.size(), 20U);
  for (std::size_t n = 0; n < frames.size(); ++n) {
    expect_frame_time(frames, n);
  }
}

TEST_F(RtspTest, NoDataIsAnErrorOnTime) {
  const RtspServer camera{streaming()};
  const auto source = source_of(camera_config(camera.url()));
  std::vector<domain::FramePtr> frames;
  const MonoTime start = clock_.mono_now();
  const Error end = end_of(*source, frames);
  EXPECT_EQ(end.kind, ErrorKind::kUnavailable);
  EXPECT_EQ(end.message, "No data for 0.3 s");
  EXPECT_LT(clock_.mono_now() - start, milliseconds{3000});
  EXPECT_EQ(frames.size(), 19U);  // the last waits in libav's parser for the start of the next
}

TEST_F(RtspTest, ACameraThatNeverAnswersIsAnErrorOnTime) {
  RtspScript script;
  script.mute = true;
  const RtspServer camera{script};
  SourceConfig config = camera_config(camera.url());
  config.connect_timeout = milliseconds{300};
  const auto opened = source_of(config)->open();
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(opened.error().message, "No answer from the camera within 0.3 s");
}

TEST_F(RtspTest, AnInterruptEndsOpeningAndReading) {
  RtspScript mute;
  mute.mute = true;
  const RtspServer silent{mute};
  const RtspServer camera{streaming()};
  for (const RtspServer* server : {&silent, &camera}) {
    SourceConfig config = camera_config(server->url());
    config.stall_timeout = milliseconds{20'000};
    config.connect_timeout = milliseconds{20'000};
    const auto source = source_of(config);
    const std::jthread other{[&] {
      while (server->received().empty()) std::this_thread::yield();
      source->interrupt();
    }};
    std::vector<domain::FramePtr> frames;
    const MonoTime start = clock_.mono_now();
    const Error end = end_of(*source, frames);
    EXPECT_EQ(end.message, "Interrupted") << end.describe();
    EXPECT_LT(clock_.mono_now() - start, milliseconds{5'000});
  }
}

TEST_F(RtspTest, TellsTheCamerasRefusalsApart) {
  struct Case {
    std::string reply;
    ErrorKind kind;
    std::string said;
  };
  const std::vector<Case> cases{
      {"RTSP/1.0 401 Unauthorized\r\nCSeq: $\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n",
       ErrorKind::kUnauthenticated, "The camera refused the credentials"},
      {"RTSP/1.0 401 Unauthorized\r\nCSeq: $\r\n\r\n", ErrorKind::kUnauthenticated, "credentials"},
      {"RTSP/1.0 403 Forbidden\r\nCSeq: $\r\n\r\n", ErrorKind::kForbidden, "denies"},
      {"RTSP/1.0 404 Not Found\r\nCSeq: $\r\n\r\n", ErrorKind::kNotFound, "no stream at this path"},
      {"RTSP/1.0 454 Session Not Found\r\nCSeq: $\r\n\r\n", ErrorKind::kUnavailable, "refused the request"},
      {"RTSP/1.0 503 Service Unavailable\r\nCSeq: $\r\n\r\n", ErrorKind::kUnavailable, "error of its own"},
  };
  for (const auto& c : cases) {
    const RtspServer camera{answering(c.reply)};
    SourceConfig config = camera_config(camera.url());
    config.credentials = domain::CameraCredentials{"admin", "geheim"};
    const auto opened = source_of(config)->open();
    ASSERT_FALSE(opened.has_value()) << c.reply;
    EXPECT_EQ(opened.error().kind, c.kind) << opened.error().describe();
    EXPECT_NE(opened.error().message.find(c.said), std::string::npos) << opened.error().describe();
    EXPECT_EQ(opened.error().describe().find("geheim"), std::string::npos) << opened.error().describe();
  }
}

TEST_F(RtspTest, NothingAtThePortIsItsOwnError) {
  int port = 0;
  {
    const RtspServer gone{RtspScript{}};
    port = gone.port();
  }
  const Error error = open_error("rtsp://127.0.0.1:" + std::to_string(port) + "/cam");
  EXPECT_EQ(error.kind, ErrorKind::kUnavailable);
  EXPECT_NE(error.message.find("nothing listens"), std::string::npos) << error.describe();
}

TEST_F(RtspTest, ARedirectIsNotFollowed) {
  const RtspServer inner{streaming()};  // a service that only this machine reaches
  for (const std::string& target :
       {inner.url(), "rtsp://localhost:" + std::to_string(inner.port()) + "/cam"}) {
    for (const auto* status : {"301 Moved Permanently", "302 Found", "303 See Other", "305 Use Proxy"}) {
      const RtspServer camera{
          answering(std::string{"RTSP/1.0 "} + status + "\r\nCSeq: $\r\nLocation: " + target + "\r\n\r\n")};
      const Error error = open_error(camera.url());
      EXPECT_EQ(error.kind, ErrorKind::kForbidden) << error.describe();
      EXPECT_NE(error.message.find("redirect"), std::string::npos) << error.describe();
    }
  }
  EXPECT_EQ(inner.connections(), 0);
  EXPECT_EQ(inner.received(), "");
}

TEST_F(RtspTest, ARedirectToTheCameraItselfIsNotFollowedEither) {
  const RtspServer camera{
      answering("RTSP/1.0 302 Found\r\nCSeq: $\r\nLocation: rtsp://127.0.0.1:1/x\r\n\r\n")};
  EXPECT_EQ(open_error(camera.url()).kind, ErrorKind::kForbidden);
  EXPECT_EQ(camera.connections(), 1);
}

TEST_F(RtspTest, GarbageIsAnErrorAndNothingWorse) {
  const std::string huge_line(100'000, 'A');
  const std::vector<std::string> replies{
      "RTSP/1.0 200 OK\r\nCSeq: $\r\nContent-Type: application/sdp\r\nContent-Length: 4\r\n\r\nv=0\r",
      "RTSP/1.0 200 OK\r\nCSeq: $\r\nContent-Length: 2147483000\r\n\r\nv=0\r\n",
      "RTSP/1.0 200 OK\r\nCSeq: $\r\nContent-Length: -5\r\n\r\n",
      "RTSP/1.0 200 OK\r\nCSeq: $\r\nContent-Type: " + huge_line + "\r\n\r\n",
      "HTTP/1.1 400 Bad Request\r\n\r\n",
      std::string("\0\1\2\3\4\5\6\7", 8) + huge_line + "\r\n\r\n",
  };
  for (const auto& reply : replies) {
    const RtspServer camera{answering(reply)};
    SourceConfig config = camera_config(camera.url());
    config.connect_timeout = milliseconds{300};
    std::vector<domain::FramePtr> frames;
    const Error error = end_of(*source_of(config), frames);
    EXPECT_FALSE(error.message.empty());
    EXPECT_NE(error.kind, ErrorKind::kInternal) << error.describe();
    EXPECT_TRUE(frames.empty());
  }
  RtspScript web;
  web.greeting = "SSH-2.0-OpenSSH_9.2\r\n";
  web.mute = true;
  const RtspServer other{web};
  SourceConfig config = camera_config(other.url());
  config.connect_timeout = milliseconds{300};
  EXPECT_EQ(source_of(config)->open().error().kind, ErrorKind::kUnavailable);
}

TEST_F(RtspTest, AnSdpThatNamesOtherCodecsOrHostsOpensNothing) {
  const RtspServer inner{streaming()};
  const std::string port = std::to_string(inner.port());
  const auto reply = [](const std::string& sdp) {
    return "RTSP/1.0 200 OK\r\nCSeq: $\r\nContent-Type: application/sdp\r\nContent-Length: " +
           std::to_string(sdp.size()) + "\r\n\r\n" + sdp;
  };
  const std::string head = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nt=0 0\r\n";
  const std::vector<std::string> descriptions{
      head + "m=audio 0 RTP/AVP 0\r\na=control:track1\r\n",
      head + "m=video 0 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\na=control:track1\r\n",
      head + "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:rtsp://127.0.0.1:" + port +
          "/cam\r\n",
      head + "c=IN IP4 127.0.0.1\r\na=control:rtsp://127.0.0.1:" + port + "/cam\r\nm=video " + port +
          " RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n",
      head + "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 sprop-parameter-sets=" +
          std::string(20'000, 'A') + "\r\na=control:track1\r\n",
      head,
  };
  for (const auto& sdp : descriptions) {
    const RtspServer camera{answering(reply(sdp))};
    std::vector<domain::FramePtr> frames;
    const Error error = end_of(*source_of(camera_config(camera.url())), frames);
    EXPECT_NE(error.kind, ErrorKind::kInternal) << error.describe();
    EXPECT_FALSE(error.message.empty());
  }
  EXPECT_EQ(inner.connections(), 0);
}

TEST_F(RtspTest, CredentialsReachTheCameraAndNobodyElse) {
  const RtspServer camera{
      answering("RTSP/1.0 401 Unauthorized\r\nCSeq: $\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n")};
  SourceConfig config = camera_config(camera.url() + "?a=1");
  config.credentials = domain::CameraCredentials{"us er", "p@:/?#%ü"};
  const auto opened = source_of(config)->open();
  EXPECT_EQ(opened.error().kind, ErrorKind::kUnauthenticated);
  const std::string requests = camera.received();
  EXPECT_NE(requests.find("Authorization: Basic dXMgZXI6cEA6Lz8jJcO8"), std::string::npos) << requests;
  EXPECT_NE(requests.find("DESCRIBE rtsp://127.0.0.1:" + std::to_string(camera.port()) + "/cam?a=1 RTSP/1.0"),
            std::string::npos)
      << requests;
}

TEST_F(RtspTest, GuardsStandBeforeTheNetwork) {
  const RtspServer camera{streaming()};
  const SourceGuards none{NetworkGuard::from_cidrs({"10.0.0.0/8"}).value(),
                          FileGuard::from_roots({}).value()};
  const auto refused = make_av_source(camera_config(camera.url()), none, clock_)->open();
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::kForbidden);
  EXPECT_NE(refused.error().message.find("CAMERA_ALLOWED_NETWORKS"), std::string::npos);
  EXPECT_EQ(camera.connections(), 0);
  EXPECT_EQ(open_error("http://127.0.0.1/x").kind, ErrorKind::kUnsupported);
  EXPECT_EQ(open_error("concat:file:///etc/passwd").kind, ErrorKind::kUnsupported);
}

TEST_F(RtspTest, AHostNameIsLookedUpOnceAndTheAnswerConnectedTo) {
  const RtspServer camera{streaming(RtspScript::Then::kClose)};
  SourceGuards named = guards();
  int lookups = 0;
  named.lookup = HostLookup{[&lookups](const std::string& host) -> Result<std::vector<IpAddress>> {
    EXPECT_EQ(host, "front-door.lan");
    ++lookups;
    return std::vector<IpAddress>{*parse_address("127.0.0.1")};
  }};
  const auto source = make_av_source(
      camera_config("rtsp://front-door.lan:" + std::to_string(camera.port()) + "/cam"), named, clock_);
  std::vector<domain::FramePtr> frames;
  end_of(*source, frames);
  EXPECT_EQ(frames.size(), 20U);
  EXPECT_EQ(lookups, 1);
}

}  // namespace
}  // namespace sentinel::media
