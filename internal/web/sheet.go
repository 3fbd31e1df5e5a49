package web

import (
	"io"

	"phaodai/internal/sheet"
)

// Sheet sends a list as a file, with moments in the zone of the pages.
func (r *Request) Sheet(file, title string, format sheet.Format, columns []sheet.Column, rows func(*sheet.Writer) error) error {
	return r.Download(file+"."+string(format), format.MIME(), func(w io.Writer) error {
		out, err := sheet.NewWriter(w, format, title, r.kit.config.Zone, columns...)
		if err != nil {
			return err
		}
		if err := rows(out); err != nil {
			return err
		}
		return out.Close()
	})
}
