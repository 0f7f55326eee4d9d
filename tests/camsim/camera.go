package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/bluenviron/gortsplib/v5"
	"github.com/bluenviron/gortsplib/v5/pkg/description"
	"github.com/bluenviron/gortsplib/v5/pkg/format"
	"github.com/pion/rtp"
)

const (
	rtpClockHz = 90000
	// A camera that fell further behind than this was stopped (SIGSTOP): it goes on from now instead of sending what it missed.
	maxLag = time.Second
)

// A Camera is one RTSP path. Its stream runs whether or not someone watches, as a real camera's does.
type Camera struct {
	clip      *Clip
	fps       float64
	phase     time.Duration // how far this camera is ahead of /cam1 in the clip
	stream    *gortsplib.ServerStream
	media     *description.Media
	encoder   packetEncoder
	timestamp uint32 // RTP time of the first picture; random, as RFC 3550 wants
}

type packetEncoder interface {
	Encode(accessUnit [][]byte) ([]*rtp.Packet, error)
}

func NewCamera(server *gortsplib.Server, clip *Clip, fps float64, phase time.Duration) (*Camera, error) {
	c := &Camera{clip: clip, fps: fps, phase: phase, timestamp: rand.Uint32()}
	payload, encoder, err := newPayload(clip)
	if err != nil {
		return nil, err
	}
	c.encoder = encoder
	c.media = &description.Media{Type: description.MediaTypeVideo, Formats: []format.Format{payload}}
	c.stream = &gortsplib.ServerStream{
		Server: server,
		Desc:   &description.Session{Medias: []*description.Media{c.media}},
	}
	if err := c.stream.Initialize(); err != nil {
		return nil, err
	}
	return c, nil
}

func newPayload(clip *Clip) (format.Format, packetEncoder, error) {
	if clip.Codec == CodecH265 {
		payload := &format.H265{PayloadTyp: 96, VPS: clip.VPS, SPS: clip.SPS, PPS: clip.PPS}
		encoder, err := payload.CreateEncoder()
		return payload, encoder, err
	}
	payload := &format.H264{PayloadTyp: 96, PacketizationMode: 1, SPS: clip.SPS, PPS: clip.PPS}
	encoder, err := payload.CreateEncoder()
	return payload, encoder, err
}

// Run sends the clip in a loop until ctx ends. The whole frames of the phase choose the first picture, the rest of it delays
// the sending, so that staggered cameras neither show the same picture nor send at the same instant.
func (c *Camera) Run(ctx context.Context, start time.Time) error {
	interval := time.Duration(float64(time.Second) / c.fps)
	first := int(c.phase / interval)
	start = start.Add(c.phase % interval)
	timer := time.NewTimer(0)
	defer timer.Stop()
	var skipped time.Duration
	for i := 0; ; i++ {
		elapsed := time.Duration(float64(i)/c.fps*float64(time.Second)) + skipped
		if lag := time.Since(start.Add(elapsed)); lag > maxLag {
			skipped += lag
			elapsed += lag
		}
		due := start.Add(elapsed)
		timer.Reset(time.Until(due))
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
		if err := c.send(c.clip.AccessUnits[(first+i)%len(c.clip.AccessUnits)], elapsed, due); err != nil {
			return err
		}
	}
}

func (c *Camera) send(accessUnit [][]byte, elapsed time.Duration, due time.Time) error {
	packets, err := c.encoder.Encode(accessUnit)
	if err != nil {
		return fmt.Errorf("packetize: %w", err)
	}
	// 64-bit first: the RTP clock is meant to wrap, the conversion of a float that is too big is undefined.
	timestamp := c.timestamp + uint32(int64(elapsed.Seconds()*rtpClockHz+0.5))
	for _, packet := range packets {
		packet.Timestamp = timestamp
		if err := c.stream.WritePacketRTPWithNTP(c.media, packet, due); err != nil {
			return fmt.Errorf("send: %w", err)
		}
	}
	return nil
}
