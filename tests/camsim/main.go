// camsim simulates RTSP cameras: it serves one H.264 or H.265 Annex-B file, looped in real time, as /cam1 to /camN over TCP
// and UDP. What a test does to a camera it does to the process: kill -9 is a camera that is gone, SIGSTOP a frozen one.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/bluenviron/gortsplib/v5"
	"github.com/bluenviron/gortsplib/v5/pkg/auth"
	"github.com/bluenviron/gortsplib/v5/pkg/base"
	"github.com/bluenviron/gortsplib/v5/pkg/liberrors"
)

type options struct {
	address    string
	udpPort    int
	file       string
	cameras    int
	fps        float64
	phase      time.Duration
	user       string
	password   string
	authMethod string
}

func parseOptions(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("camsim", flag.ContinueOnError)
	flags.StringVar(&o.address, "addr", "127.0.0.1:8554", "RTSP address `host:port`; port 0 takes a free one, the ready line says which")
	flags.IntVar(&o.udpPort, "udp", 0, "even UDP `port` for RTP, the next one is for RTCP; 0 = TCP only")
	flags.StringVar(&o.file, "file", "", "Annex-B `clip`, H.264 or H.265, without B-frames")
	flags.IntVar(&o.cameras, "n", 1, "number of cameras")
	flags.Float64Var(&o.fps, "fps", 15, "frames per second")
	flags.DurationVar(&o.phase, "phase", 0, "how far each camera is ahead of the one before it, e.g. 1370ms; 0 = all in lockstep")
	flags.StringVar(&o.user, "user", "", "user `name`; empty = no login")
	flags.StringVar(&o.password, "pass", "", "password")
	flags.StringVar(&o.authMethod, "auth", "both", "basic, digest or both")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	switch {
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case o.file == "":
		return o, errors.New("-file is missing")
	case o.cameras < 1:
		return o, errors.New("-n must be at least 1")
	case !(o.fps > 0 && o.fps <= 240):
		return o, errors.New("-fps must be above 0 and at most 240")
	case o.phase < 0:
		return o, errors.New("-phase must not be negative")
	case o.authMethod != "basic" && o.authMethod != "digest" && o.authMethod != "both":
		return o, fmt.Errorf("-auth is basic, digest or both, not %q", o.authMethod)
	}
	return o, nil
}

// handler answers the RTSP requests. A stream can only be made on a server that runs already, so a request may come before
// its stream exists: the lock lets it wait.
type handler struct {
	user, password string
	mutex          sync.RWMutex
	streams        map[string]*gortsplib.ServerStream
}

func (h *handler) find(conn *gortsplib.ServerConn, request *base.Request, path string) (*base.Response, *gortsplib.ServerStream, error) {
	if h.user != "" && !conn.VerifyCredentials(request, h.user, h.password) {
		// The library turns this error into a 401 with a challenge.
		return &base.Response{StatusCode: base.StatusUnauthorized}, nil, liberrors.ErrServerAuth{}
	}
	h.mutex.RLock()
	stream := h.streams[strings.Trim(path, "/")]
	h.mutex.RUnlock()
	if stream == nil {
		return &base.Response{StatusCode: base.StatusNotFound}, nil, nil
	}
	return &base.Response{StatusCode: base.StatusOK}, stream, nil
}

func (h *handler) OnDescribe(ctx *gortsplib.ServerHandlerOnDescribeCtx) (*base.Response, *gortsplib.ServerStream, error) {
	return h.find(ctx.Conn, ctx.Request, ctx.Path)
}

func (h *handler) OnSetup(ctx *gortsplib.ServerHandlerOnSetupCtx) (*base.Response, *gortsplib.ServerStream, error) {
	return h.find(ctx.Conn, ctx.Request, ctx.Path)
}

func (h *handler) OnPlay(*gortsplib.ServerHandlerOnPlayCtx) (*base.Response, error) {
	return &base.Response{StatusCode: base.StatusOK}, nil
}

// newServer prepares the RTSP server; bound receives the address that it listens on.
func newServer(o options, h *handler, bound *string) (*gortsplib.Server, error) {
	host, _, err := net.SplitHostPort(o.address)
	if err != nil {
		return nil, fmt.Errorf("-addr: %w", err)
	}
	server := &gortsplib.Server{
		Handler:     h,
		RTSPAddress: o.address,
		Listen: func(network, address string) (net.Listener, error) {
			listener, err := net.Listen(network, address)
			if err == nil {
				*bound = listener.Addr().String()
			}
			return listener, err
		},
	}
	if o.udpPort > 0 {
		server.UDPRTPAddress = net.JoinHostPort(host, strconv.Itoa(o.udpPort))
		server.UDPRTCPAddress = net.JoinHostPort(host, strconv.Itoa(o.udpPort+1))
	}
	switch o.authMethod {
	case "basic":
		server.AuthMethods = []auth.VerifyMethod{auth.VerifyMethodBasic}
	case "digest":
		server.AuthMethods = []auth.VerifyMethod{auth.VerifyMethodDigestMD5}
	}
	return server, nil
}

func startServer(o options, clip *Clip) (server *gortsplib.Server, cameras []*Camera, bound string, err error) {
	h := &handler{user: o.user, password: o.password, streams: map[string]*gortsplib.ServerStream{}}
	if server, err = newServer(o, h, &bound); err != nil {
		return nil, nil, "", err
	}
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if err = server.Start(); err != nil {
		return nil, nil, "", err
	}
	for i := range o.cameras {
		camera, err := NewCamera(server, clip, o.fps, time.Duration(i)*o.phase)
		if err != nil {
			server.Close()
			return nil, nil, "", err
		}
		cameras = append(cameras, camera)
		h.streams[fmt.Sprintf("cam%d", i+1)] = camera.stream
	}
	return server, cameras, bound, nil
}

// run serves until ctx ends. Once clients can connect it writes one line to ready: `ready rtsp://host:port/cam1 …`.
func run(ctx context.Context, o options, ready io.Writer) error {
	clip, err := LoadClip(o.file)
	if err != nil {
		return err
	}
	server, cameras, bound, err := startServer(o, clip)
	if err != nil {
		return err
	}
	fmt.Fprintf(ready, "ready rtsp://%s/cam1 cameras=%d codec=%s frames=%d fps=%g\n",
		bound, o.cameras, clip.Codec, len(clip.AccessUnits), o.fps)

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	failures := make(chan error, len(cameras)+1)
	go func() { failures <- server.Wait() }()
	var running sync.WaitGroup
	start := time.Now()
	for _, camera := range cameras {
		running.Add(1)
		go func() {
			defer running.Done()
			if err := camera.Run(ctx, start); err != nil {
				failures <- err
			}
		}()
	}
	select {
	case <-ctx.Done():
	case err = <-failures:
		cancel()
	}
	running.Wait()
	server.Close()
	return err
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("camsim: ")
	o, err := parseOptions(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		log.Print(err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o, os.Stdout); err != nil {
		log.Fatal(err)
	}
}
