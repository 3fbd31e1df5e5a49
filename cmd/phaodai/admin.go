package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"phaodai/internal/auth"
)

// adminCmd makes the first account, or gives one back to who lost his.
type adminCmd struct {
	Create   adminCreateCmd   `cmd:"" help:"Make an account, by default an administrator of everything."`
	Password adminPasswordCmd `cmd:"" help:"Give an account a new password, to be changed at the next sign-in."`
}

type adminCreateCmd struct {
	configured
	Login  string    `arg:"" help:"Name to sign in with: a-z, 0-9, dot, dash."`
	Name   string    `help:"Name of the person." default:"Quản trị"`
	Role   auth.Role `help:"Role of the account itself." default:"admin"`
	Unit   string    `help:"Path of the unit where the role counts." default:"/"`
	Person string    `help:"Id of the person, whose posts the account acts as."`
}

// Run asks for a password, or makes one when its input is no terminal and empty.
func (c *adminCreateCmd) Run() error {
	return explain(c.withApp(func(ctx context.Context, a *App) error {
		password, made, err := askPassword(os.Stdin, os.Stderr)
		if err != nil {
			return err
		}
		by := auth.System(a.Clock.Now(), a.Clock.Wall())
		account, err := a.Auth.OpenAccount(ctx, by, auth.OpenInput{
			Login: c.Login, Password: password, Name: c.Name, Role: c.Role, UnitPath: c.Unit,
			Person: c.Person, MustChange: made,
		})
		if err != nil {
			return err
		}
		return printPassword(account.Login, password, made)
	}))
}

type adminPasswordCmd struct {
	configured
	Login string `arg:"" help:"The account."`
}

// Run gives the password.
func (c *adminPasswordCmd) Run() error {
	return explain(c.withApp(func(ctx context.Context, a *App) error {
		by := auth.System(a.Clock.Now(), a.Clock.Wall())
		found, err := a.Auth.AccountByLogin(ctx, by, c.Login)
		if err != nil {
			return err
		}
		password, made, err := askPassword(os.Stdin, os.Stderr)
		if err != nil {
			return err
		}
		if err := a.Auth.ResetPassword(ctx, by, auth.ChangeInput{Account: found.ID}, password); err != nil {
			return err
		}
		return printPassword(found.Login, password, made)
	}))
}

// withApp wires the system without serving, and seals what was recorded.
func (c configured) withApp(do func(context.Context, *App) error) error {
	conf, err := c.load()
	if err != nil {
		return err
	}
	ctx := context.Background()
	app, err := Wire(ctx, optionsOf(conf, slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))))
	if err != nil {
		return err
	}
	defer app.Close()
	if err := do(ctx, app); err != nil {
		return err
	}
	_, err = app.Sealer.Seal(ctx)
	return err
}

// askPassword reads a password from a terminal without showing it, or a line
// from a pipe; an empty one is made up.
func askPassword(in *os.File, out io.Writer) (password string, made bool, err error) {
	if term.IsTerminal(int(in.Fd())) {
		fmt.Fprint(out, "Password (empty: one is made): ")
		b, err := term.ReadPassword(int(in.Fd()))
		fmt.Fprintln(out)
		if err != nil {
			return "", false, err
		}
		password = string(b)
	} else {
		line, err := bufio.NewReader(io.LimitReader(in, 1000)).ReadString('\n')
		if err != nil && err != io.EOF {
			return "", false, err
		}
		password = strings.TrimRight(line, "\r\n")
	}
	if password != "" {
		return password, false, nil
	}
	b := make([]byte, 10)
	if _, err := rand.Read(b); err != nil {
		return "", false, err
	}
	return strings.ToLower(base32.StdEncoding.EncodeToString(b)), true, nil
}

func printPassword(login, password string, made bool) error {
	if !made {
		_, err := fmt.Printf("%s\n", login)
		return err
	}
	_, err := fmt.Printf("%s  %s  (to be changed at the first sign-in, %s)\n", login, password, time.Now().Format(time.DateOnly))
	return err
}
