package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bluenviron/gortsplib/v5"
	"github.com/bluenviron/gortsplib/v5/pkg/base"
	"github.com/bluenviron/gortsplib/v5/pkg/format"
	"github.com/pion/rtp"
)

// startSimulator runs the simulator in this process and returns the URL of its first camera.
func startSimulator(t *testing.T, o options) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := run(ctx, o, writer)
		writer.CloseWithError(io.EOF)
		done <- err
	}()
	line, err := bufio.NewReader(reader).ReadString('\n')
	if err != nil {
		t.Fatalf("not ready: %v", <-done)
	}
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("run: %v", err)
		}
	})
	return strings.Fields(line)[1]
}

// clipFile writes a clip of 30 pictures of two slices each; the last byte of each slice is the number of its picture.
func clipFile(t *testing.T) string {
	t.Helper()
	nalus := []string{h264SPS, h264PPS}
	for i := range 30 {
		first, more := h264P, h264PMore
		if i == 0 {
			first, more = h264IDR, h264IDRMore
		}
		number := fmt.Sprintf("%02x", i+1)
		nalus = append(nalus, first+number, more+number)
	}
	path := filepath.Join(t.TempDir(), "clip.h264")
	if err := os.WriteFile(path, annexB(t, nalus...), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

type picture struct {
	number    byte
	slices    int
	timestamp uint32
	arrived   time.Time
}

// watch plays a URL until it has so many pictures.
func watch(t *testing.T, url string, count int, protocol gortsplib.Protocol) []picture {
	t.Helper()
	u, err := base.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	client := gortsplib.Client{Scheme: u.Scheme, Host: u.Host, Protocol: &protocol}
	if err := client.Start(); err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	desc, _, err := client.Describe(u)
	if err != nil {
		t.Fatal(err)
	}
	var h264 *format.H264
	media := desc.FindFormat(&h264)
	if media == nil {
		t.Fatal("no H.264 in the SDP")
	}
	if got := hex.EncodeToString(h264.SPS); got != h264SPS {
		t.Errorf("SPS in the SDP %s, want %s", got, h264SPS)
	}
	if _, err := client.Setup(desc.BaseURL, media, 0, 0); err != nil {
		t.Fatal(err)
	}
	decoder, err := h264.CreateDecoder()
	if err != nil {
		t.Fatal(err)
	}
	pictures := make(chan picture, 1000)
	client.OnPacketRTP(media, h264, func(packet *rtp.Packet) {
		unit, err := decoder.Decode(packet)
		if err != nil {
			return // a fragment that is not the last
		}
		p := picture{timestamp: packet.Timestamp, arrived: time.Now()}
		for _, n := range unit {
			if h264Role(n) == roleFirst || h264Role(n) == roleContinued {
				p.slices++
				p.number = n[len(n)-1]
			}
		}
		pictures <- p
	})
	if _, err := client.Play(nil); err != nil {
		t.Fatal(err)
	}
	var got []picture
	deadline := time.After(20 * time.Second)
	for len(got) < count {
		select {
		case p := <-pictures:
			got = append(got, p)
		case <-deadline:
			t.Fatalf("only %d of %d pictures", len(got), count)
		}
	}
	return got
}

func TestServesWholePicturesInOrderAcrossTheSeam(t *testing.T) {
	// Whole milliseconds a frame, so that the RTP step is exact.
	url := startSimulator(t, options{address: "127.0.0.1:0", file: clipFile(t), cameras: 1, fps: 50, authMethod: "both"})
	got := watch(t, url, 70, gortsplib.ProtocolTCP)
	for i, p := range got {
		if p.slices != 2 {
			t.Fatalf("picture %d came with %d slices, want 2", i, p.slices)
		}
		if i == 0 {
			continue
		}
		if want := got[i-1].number%30 + 1; p.number != want {
			t.Fatalf("picture %d after %d, want %d", p.number, got[i-1].number, want)
		}
		if step := p.timestamp - got[i-1].timestamp; step != rtpClockHz/50 {
			t.Fatalf("RTP step %d, want %d", step, rtpClockHz/50)
		}
	}
}

func TestServesOverUDP(t *testing.T) {
	port, err := freeUDPPair()
	if err != nil {
		t.Fatal(err)
	}
	url := startSimulator(t, options{address: "127.0.0.1:0", udpPort: port, file: clipFile(t), cameras: 1, fps: 50, authMethod: "both"})
	for _, p := range watch(t, url, 10, gortsplib.ProtocolUDP) {
		if p.slices != 2 {
			t.Fatalf("picture %d came with %d slices, want 2", p.number, p.slices)
		}
	}
}

func TestPhaseSetsCamerasApart(t *testing.T) {
	// 12.5 frames ahead: other pictures, sent half an interval (50 ms) later.
	url := startSimulator(t, options{
		address: "127.0.0.1:0", file: clipFile(t), cameras: 2, fps: 10, phase: 1250 * time.Millisecond, authMethod: "both",
	})
	var got [2][]picture
	var both sync.WaitGroup
	for i, u := range []string{url, strings.TrimSuffix(url, "1") + "2"} {
		both.Add(1)
		go func() {
			defer both.Done()
			got[i] = watch(t, u, 15, gortsplib.ProtocolTCP)
		}()
	}
	both.Wait()
	if t.Failed() {
		return
	}
	pairs := 0
	for _, p := range got[0] {
		for _, q := range got[1] {
			// camera 2 shows number+12, half an interval after camera 1 shows number.
			if apart := q.arrived.Sub(p.arrived); apart > 0 && apart < 100*time.Millisecond {
				pairs++
				if want := (p.number+12-1)%30 + 1; q.number != want {
					t.Fatalf("%v after camera 1 sent picture %d camera 2 sent %d, want %d", apart, p.number, q.number, want)
				}
			}
		}
	}
	if pairs < 5 {
		t.Fatalf("only %d pictures of the two cameras could be compared", pairs)
	}
}

func TestAsksForTheLogin(t *testing.T) {
	for _, method := range []string{"basic", "digest", "both"} {
		t.Run(method, func(t *testing.T) {
			url := startSimulator(t, options{
				address: "127.0.0.1:0", file: clipFile(t), cameras: 1, fps: 50, user: "cam", password: "secret", authMethod: method,
			})
			for login, want := range map[string]bool{"": false, "cam:wrong@": false, "cam:secret@": true} {
				u, err := base.ParseURL(strings.Replace(url, "rtsp://", "rtsp://"+login, 1))
				if err != nil {
					t.Fatal(err)
				}
				client := gortsplib.Client{Scheme: u.Scheme, Host: u.Host}
				if err := client.Start(); err != nil {
					t.Fatal(err)
				}
				if _, _, err := client.Describe(u); (err == nil) != want {
					t.Errorf("login %q: error %v, want success %v", login, err, want)
				}
				client.Close()
			}
		})
	}
}

func TestAnswersNotFoundForAnUnknownCamera(t *testing.T) {
	url := startSimulator(t, options{address: "127.0.0.1:0", file: clipFile(t), cameras: 1, fps: 50, authMethod: "both"})
	u, err := base.ParseURL(url + "23")
	if err != nil {
		t.Fatal(err)
	}
	client := gortsplib.Client{Scheme: u.Scheme, Host: u.Host}
	if err := client.Start(); err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if _, _, err := client.Describe(u); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("error %v, want 404", err)
	}
}

// freeUDPPair finds an even port that is free together with the next one.
func freeUDPPair() (int, error) {
	for port := 20000; port < 60000; port += 2 {
		rtpConn, err := net.ListenPacket("udp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			continue
		}
		rtcpConn, err := net.ListenPacket("udp", fmt.Sprintf("127.0.0.1:%d", port+1))
		rtpConn.Close()
		if err == nil {
			rtcpConn.Close()
			return port, nil
		}
	}
	return 0, errors.New("no free pair of UDP ports")
}
