package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"github.com/bluenviron/mediacommon/v2/pkg/bits"
	"github.com/bluenviron/mediacommon/v2/pkg/codecs/h264"
	"github.com/bluenviron/mediacommon/v2/pkg/codecs/h265"
)

// A Codec is what the clip is coded in; it decides the RTP payload format.
type Codec int

const (
	CodecH264 Codec = iota
	CodecH265
)

func (c Codec) String() string {
	if c == CodecH265 {
		return "h265"
	}
	return "h264"
}

// A Clip is an Annex-B file split into access units: each is the NAL units that belong to one picture, in order.
// It aliases the bytes it was parsed from and is never written to, so all cameras share one.
type Clip struct {
	Codec         Codec
	AccessUnits   [][][]byte
	VPS, SPS, PPS []byte // the first of each; VPS is nil for H.264
}

func LoadClip(path string) (*Clip, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	clip, err := ParseClip(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return clip, nil
}

// ParseClip splits an H.264 or H.265 elementary stream. Pictures are stamped in file order, so a stream with reordered
// pictures (B-frames) is refused rather than served with timestamps that are wrong.
func ParseClip(data []byte) (*Clip, error) {
	nalus := splitNALUs(data)
	if len(nalus) == 0 {
		return nil, errors.New("no start code: not an Annex-B stream (an .mp4 needs -bsf:v h264_mp4toannexb -f h264)")
	}
	if isH265(nalus) {
		return parseH265(nalus)
	}
	return parseH264(nalus)
}

// splitNALUs cuts at the start codes. Zero bytes before a start code are padding: a NAL unit never ends in one.
func splitNALUs(data []byte) [][]byte {
	startCode := []byte{0, 0, 1}
	first := bytes.Index(data, startCode)
	if first < 0 {
		return nil
	}
	var nalus [][]byte
	for _, part := range bytes.Split(data[first+len(startCode):], startCode) {
		if part = bytes.TrimRight(part, "\x00"); len(part) > 0 {
			nalus = append(nalus, part)
		}
	}
	return nalus
}

// isH265 looks for a video parameter set. Its two header bytes 0x40 0x01 read as H.264 would be a NAL unit of type 0,
// which H.264 leaves unspecified, so one codec is never taken for the other.
func isH265(nalus [][]byte) bool {
	for _, n := range nalus {
		if len(n) >= 2 && n[0] == byte(h265.NALUType_VPS_NUT)<<1 && n[1] == 1 {
			return true
		}
	}
	return false
}

// An accessUnitRole says what a NAL unit does to the boundary between two pictures.
type accessUnitRole int

const (
	roleOther     accessUnitRole = iota // stays with the picture it follows or precedes
	rolePrefix                          // after a picture's slices, opens the next access unit
	roleFirst                           // the first slice of a picture
	roleContinued                       // a further slice of the same picture
)

// groupAccessUnits applies the rule that both standards share (H.264 7.4.1.2.3, H.265 7.4.2.4.4): once an access unit has a
// slice, the next first slice or the next prefix NAL unit begins a new one. NAL units after the last slice go with it.
func groupAccessUnits(nalus [][]byte, role func([]byte) accessUnitRole) [][][]byte {
	var units [][][]byte
	var current [][]byte
	hasSlice := false
	for _, n := range nalus {
		r := role(n)
		if hasSlice && (r == rolePrefix || r == roleFirst) {
			units = append(units, current)
			current, hasSlice = nil, false
		}
		current = append(current, n)
		hasSlice = hasSlice || r == roleFirst || r == roleContinued
	}
	if hasSlice {
		units = append(units, current)
	}
	return units
}

// h264Role takes a slice that starts at macroblock 0 for the first of its picture: true for every stream without arbitrary
// slice order, a Baseline feature that no camera uses.
func h264Role(nalu []byte) accessUnitRole {
	switch t := h264.NALUType(nalu[0] & 0x1f); t {
	case h264.NALUTypeNonIDR, h264.NALUTypeIDR, h264.NALUTypeDataPartitionA:
		if len(nalu) > 1 && nalu[1]&0x80 != 0 { // first_mb_in_slice, Exp-Golomb: a leading 1 is the value 0
			return roleFirst
		}
		return roleContinued
	case h264.NALUTypeDataPartitionB, h264.NALUTypeDataPartitionC:
		return roleContinued
	case h264.NALUTypeSEI, h264.NALUTypeSPS, h264.NALUTypePPS, h264.NALUTypeAccessUnitDelimiter:
		return rolePrefix
	default:
		if t >= 14 && t <= 18 { // prefix NAL unit, subset SPS, reserved
			return rolePrefix
		}
		return roleOther
	}
}

func h265Role(nalu []byte) accessUnitRole {
	t := h265.NALUType((nalu[0] >> 1) & 0x3f)
	switch {
	case t < 32: // slice segments
		if len(nalu) > 2 && nalu[2]&0x80 != 0 { // first_slice_segment_in_pic_flag
			return roleFirst
		}
		return roleContinued
	case t >= h265.NALUType_VPS_NUT && t <= h265.NALUType_AUD_NUT, t == h265.NALUType_PREFIX_SEI_NUT,
		t >= 41 && t <= 44, t >= 48 && t <= 55: // reserved and unspecified, in front of a picture
		return rolePrefix
	default:
		return roleOther
	}
}

func parseH264(nalus [][]byte) (*Clip, error) {
	clip := &Clip{Codec: CodecH264, AccessUnits: groupAccessUnits(nalus, h264Role)}
	for _, n := range nalus {
		switch h264.NALUType(n[0] & 0x1f) {
		case h264.NALUTypeSPS:
			keepFirst(&clip.SPS, n)
		case h264.NALUTypePPS:
			keepFirst(&clip.PPS, n)
		case h264.NALUTypeNonIDR:
			if isH264BSlice(n) {
				return nil, errors.New("the stream has B-frames: encode it with -bf 0")
			}
		}
	}
	if clip.SPS == nil || clip.PPS == nil || len(clip.AccessUnits) == 0 {
		return nil, errors.New("no SPS, PPS or picture: not an H.264 or H.265 stream")
	}
	if !h264.IsRandomAccess(clip.AccessUnits[0]) {
		return nil, errors.New("the first picture is not an IDR: the loop could not be decoded across its seam")
	}
	return clip, nil
}

func parseH265(nalus [][]byte) (*Clip, error) {
	clip := &Clip{Codec: CodecH265, AccessUnits: groupAccessUnits(nalus, h265Role)}
	for _, n := range nalus {
		switch h265.NALUType((n[0] >> 1) & 0x3f) {
		case h265.NALUType_VPS_NUT:
			keepFirst(&clip.VPS, n)
		case h265.NALUType_SPS_NUT:
			keepFirst(&clip.SPS, n)
		case h265.NALUType_PPS_NUT:
			keepFirst(&clip.PPS, n)
		}
	}
	if clip.SPS == nil || clip.PPS == nil || len(clip.AccessUnits) == 0 {
		return nil, errors.New("no SPS, PPS or picture in the H.265 stream")
	}
	if !h265.IsRandomAccess(clip.AccessUnits[0]) {
		return nil, errors.New("the first picture is not a random access point: the loop could not be decoded across its seam")
	}
	var sps h265.SPS
	if err := sps.Unmarshal(clip.SPS); err != nil {
		return nil, fmt.Errorf("SPS: %w", err)
	}
	for _, reordered := range sps.MaxNumReorderPics {
		if reordered > 0 {
			return nil, errors.New("the stream reorders pictures: encode it with -x265-params bframes=0")
		}
	}
	return clip, nil
}

func keepFirst(slot *[]byte, nalu []byte) {
	if *slot == nil {
		*slot = nalu
	}
}

// isH264BSlice reads first_mb_in_slice and slice_type, the first two fields of a slice header (7.3.3). The two numbers are too
// short for emulation prevention to fall between them.
func isH264BSlice(nalu []byte) bool {
	position := 8 // bits; past the NAL unit's header
	if _, err := bits.ReadGolombUnsigned(nalu, &position); err != nil {
		return false
	}
	sliceType, err := bits.ReadGolombUnsigned(nalu, &position)
	return err == nil && sliceType%5 == 1
}
