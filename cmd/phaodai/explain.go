package main

import (
	"context"
	"errors"
	"os"
	"strings"

	"phaodai/internal/fault"
	"phaodai/internal/i18n"
)

// language of the command line: PHAODAI_LANG, else Vietnamese where the machine
// speaks it, else English.
func language() string {
	for _, name := range []string{"PHAODAI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" {
			if strings.HasPrefix(v, i18n.Vietnamese) {
				return i18n.Vietnamese
			}
			return i18n.English
		}
	}
	return i18n.English
}

// explain turns an error into sentences and an exit code; what is no fault
// stays as it is.
func explain(err error) error {
	var f *fault.Fault
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return nil
	case !errors.As(err, &f):
		return err
	}
	lang := language()
	text := i18n.T(lang, f.Key, f.Args...)
	for _, field := range f.Fields {
		text += "\n  " + field.Name + ": " + i18n.T(lang, field.Key, field.Args...)
	}
	return &said{text: text, code: exitCode(err)}
}
