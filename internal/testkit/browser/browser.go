// Package browser drives a real, headless Chromium in tests as a person would:
// taps, keys, typed fields. It counts them, so that a test can hold a page to
// the effort it promises, and it writes pictures of what it sees.
package browser

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// wait bounds every single step; a busy machine is slow.
const wait = 60 * time.Second

// Browser is one Chromium process with a profile of its own.
type Browser struct{ ctx context.Context }

// Start starts Chromium for a test. It fails the test when there is none.
func Start(t testing.TB) *Browser {
	t.Helper()
	return start(t)
}

// StartSeeing starts a Chromium whose camera sees a film (MJPEG) again and again,
// and whose microphone hears beeps. It asks nobody whether it may.
func StartSeeing(t testing.TB, film string) *Browser {
	t.Helper()
	return start(t, chromedp.Flag("use-fake-device-for-media-stream", true), chromedp.Flag("use-fake-ui-for-media-stream", true),
		chromedp.Flag("use-file-for-fake-video-capture", film))
}

func start(t testing.TB, more ...chromedp.ExecAllocatorOption) *Browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("Chromium is needed (Debian package chromium): %v", err)
	}
	options := append(more,
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.Headless, chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("hide-scrollbars", true),
		// Maps draw with WebGL, here by the processor.
		chromedp.Flag("use-angle", "swiftshader"), chromedp.Flag("enable-unsafe-swiftshader", true))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, stop := chromedp.NewContext(allocator)
	t.Cleanup(stop)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("Chromium does not start: %v", err)
	}
	return &Browser{ctx: ctx}
}

// Phone opens a tab of 360 x 740 points with touch, in a session of its own.
func (b *Browser) Phone(t testing.TB) *Tab {
	t.Helper()
	return b.open(t, "phone", chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile, chromedp.EmulateTouch))
}

// Desktop opens a tab of 1440 x 900 points, in a session of its own.
func (b *Browser) Desktop(t testing.TB) *Tab {
	t.Helper()
	return b.open(t, "desktop", chromedp.EmulateViewport(1440, 900))
}

func (b *Browser) open(t testing.TB, device string, size chromedp.Action[chromedp.Void]) *Tab {
	t.Helper()
	ctx, stop := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(stop)
	if err := chromedp.Do(ctx, size); err != nil {
		t.Fatalf("new tab: %v", err)
	}
	return &Tab{t: t, ctx: ctx, device: device}
}

// pictures is the folder for screenshots: SCREENSHOTS, or "" for none.
func pictures() string { return os.Getenv("SCREENSHOTS") }

func write(name string, png []byte) error {
	dir := pictures()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, name), png, 0o644)
}
