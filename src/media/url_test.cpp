#include "media/url.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace sentinel::media {
namespace {

TEST(CameraUrl, TakesAnAddressApart) {
  const auto parsed = parse_camera_url("RTSP://admin:p%40ss%3Aword@Cam-7.lan:8554/h264/ch1?sub=1&x=@");
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->url.scheme, UrlScheme::kRtsp);
  EXPECT_EQ(parsed->url.host, "cam-7.lan");
  EXPECT_EQ(parsed->url.port, 8554);
  EXPECT_EQ(parsed->url.target, "/h264/ch1?sub=1&x=@");
  ASSERT_TRUE(parsed->credentials.has_value());
  EXPECT_EQ(parsed->credentials->username, "admin");
  EXPECT_EQ(parsed->credentials->password, "p@ss:word");
  EXPECT_EQ(to_text(parsed->url), "rtsp://cam-7.lan:8554/h264/ch1?sub=1&x=@");
}

TEST(CameraUrl, ReadsTheFormsThatCamerasUse) {
  struct Case {
    std::string text, host, target;
    std::uint16_t port;
  };
  const std::vector<Case> cases{
      {"rtsp://10.0.0.9", "10.0.0.9", "", 554},
      {"rtsps://10.0.0.9/a", "10.0.0.9", "/a", 322},
      {"rtsp://[FD00::5]:554/x", "fd00::5", "/x", 554},
      {"rtsp://[::ffff:10.0.0.1]", "::ffff:10.0.0.1", "", 554},
      {"rtsp://cam?channel=1", "cam", "?channel=1", 554},
      {"rtsp://a:b@c@10.0.0.9/x", "10.0.0.9", "/x", 554},  // a raw @ in a password
      {"rtsp://10.0.0.9/user=admin&password=1&channel=2", "10.0.0.9", "/user=admin&password=1&channel=2",
       554},
  };
  for (const auto& c : cases) {
    const auto parsed = parse_camera_url(c.text);
    ASSERT_TRUE(parsed.has_value()) << c.text;
    EXPECT_EQ(parsed->url.host, c.host) << c.text;
    EXPECT_EQ(parsed->url.target, c.target) << c.text;
    EXPECT_EQ(effective_port(parsed->url), c.port) << c.text;
  }
}

TEST(CameraUrl, RefusesWhatIsUnfitAndNeverRepeatsIt) {
  struct Case {
    std::string text;
    ErrorKind kind;
  };
  const std::vector<Case> cases{
      {"", ErrorKind::kInvalid},
      {"secret", ErrorKind::kInvalid},
      {"http://secret@10.0.0.1/", ErrorKind::kUnsupported},
      {"concat:file:///secret", ErrorKind::kUnsupported},
      {"rtmp://secret/", ErrorKind::kUnsupported},
      {"rtsp://", ErrorKind::kInvalid},
      {"rtsp:///secret", ErrorKind::kInvalid},
      {"rtsp://secret:x@", ErrorKind::kInvalid},
      {"rtsp://10.0.0.1:0/secret", ErrorKind::kInvalid},
      {"rtsp://10.0.0.1:65536/secret", ErrorKind::kInvalid},
      {"rtsp://10.0.0.1:80x/secret", ErrorKind::kInvalid},
      {"rtsp://admin:secret/1@10.0.0.1/", ErrorKind::kInvalid},  // a raw slash ends the authority
      {"rtsp://10.0.0.1/secret\r\nDESCRIBE x", ErrorKind::kInvalid},
      {"rtsp://10.0.0.1/sec ret", ErrorKind::kInvalid},
      {"rtsp://10.0.0.1/secret#a", ErrorKind::kInvalid},
      {"rtsp://sec%zzret@10.0.0.1/", ErrorKind::kInvalid},
      {"rtsp://secret%00@10.0.0.1/", ErrorKind::kInvalid},
      {"rtsp://secret%0d%0a@10.0.0.1/", ErrorKind::kInvalid},
      {"rtsp://[secret]/", ErrorKind::kInvalid},
      {"rtsp://[fd00::1/secret", ErrorKind::kInvalid},
      {"rtsp://[fd00::1]x/secret", ErrorKind::kInvalid},
      {"rtsp://-secret/", ErrorKind::kInvalid},
      {"file://otherhost/secret", ErrorKind::kInvalid},
      {"file://secret.mp4", ErrorKind::kInvalid},
      {"file:///secret%00.mp4", ErrorKind::kInvalid},
      {"rtsp://10.0.0.1/secret" + std::string(1000, 'a'), ErrorKind::kInvalid},
  };
  for (const auto& c : cases) {
    const auto parsed = parse_camera_url(c.text);
    ASSERT_FALSE(parsed.has_value()) << c.text;
    EXPECT_EQ(parsed.error().kind, c.kind) << c.text;
    EXPECT_EQ(parsed.error().describe().find("secret"), std::string::npos) << parsed.error().describe();
  }
}

TEST(CameraUrl, DecodesFilePaths) {
  const auto parsed = parse_camera_url("file:///clips/a%20b%23c%25.mp4");
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->url.target, "/clips/a b#c%.mp4");
  EXPECT_EQ(to_text(parsed->url), "file:///clips/a%20b%23c%25.mp4");
  EXPECT_EQ(parse_camera_url("file://localhost/a.mp4")->url.target, "/a.mp4");
}

TEST(CameraUrl, EncodesCredentialsSoThatTheyComeBack) {
  const domain::CameraCredentials odd{"us er", "p@:/?#[]%ü&"};
  const auto text = encode_userinfo(odd);
  ASSERT_TRUE(text.has_value());
  const auto parsed = parse_camera_url("rtsp://" + *text + "@10.0.0.1/");
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->credentials->username, odd.username);
  EXPECT_EQ(parsed->credentials->password, odd.password);
}

TEST(CameraUrl, RefusesCredentialsThatLibavWouldCutOrSplit) {
  EXPECT_FALSE(encode_userinfo({"a:b", "c"}).has_value());
  EXPECT_FALSE(encode_userinfo({"a", "c\n"}).has_value());
  EXPECT_FALSE(encode_userinfo({"", "c"}).has_value()) << "no camera asks for a password alone";
  EXPECT_TRUE(encode_userinfo({"a", ""}).has_value());
  EXPECT_TRUE(encode_userinfo({"a", std::string(125, 'x')}).has_value());
  EXPECT_FALSE(encode_userinfo({"a", std::string(126, 'x')}).has_value());
}

TEST(CameraUrl, MasksSecretsInAnyText) {
  struct Case {
    std::string text, masked;
  };
  const std::vector<Case> cases{
      {"rtsp://u:p@h/x", "rtsp://***@h/x"},
      {"open 'rtsp://u:p/q@r@h/x' failed", "open 'rtsp://***@h/x' failed"},
      {"rtsp://h/x", "rtsp://h/x"},
      {"two rtsp://a:b@c rtsp://d:e@f", "two rtsp://***@c rtsp://***@f"},
      {"rtsp://h/user=admin&password=geheim&channel=1", "rtsp://h/user=admin&password=***&channel=1"},
      {"rtsp://h/?PWD=geheim", "rtsp://h/?PWD=***"},
      {"rtsp://h/?compass=north", "rtsp://h/?compass=north"},
      {"password=", "password=***"},
      {"", ""},
  };
  for (const auto& c : cases) EXPECT_EQ(mask_secrets(c.text), c.masked) << c.text;
}

}  // namespace
}  // namespace sentinel::media
