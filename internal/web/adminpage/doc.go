// Package adminpage is the pages of administration: accounts and their
// sessions, the audit with its search and verification, the clock of an
// exercise, jobs and backup.
//
// Guarantees: everything here is done by the same functions as in the API; a
// list keeps its filters in its address and exports what it shows.
package adminpage

import (
	"embed"

	"phaodai/internal/admin"
	"phaodai/internal/auth"
	"phaodai/internal/org"
	"phaodai/internal/web"
)

//go:embed template/*.html
var files embed.FS

// Parts are the services that the pages call.
type Parts struct {
	Accounts *auth.Service
	System   *admin.Service
	Units    *org.Service
}

// Pages adds the pages.
func Pages(p Parts) web.Area {
	return func(k *web.Kit) {
		k.Templates("admin", files)
		k.Page("/quan-tri/tai-khoan", auth.AccountManage, p.accounts)
		k.Page("/quan-tri/tai-khoan/moi", auth.AccountManage, p.newAccount)
		k.Form("/quan-tri/tai-khoan/moi", auth.AccountManage, p.openAccount, p.newAccount)
		k.Page("/quan-tri/tai-khoan/{id}", auth.AccountManage, p.account)
		k.Form("/quan-tri/tai-khoan/{id}/mat-khau", auth.AccountManage, p.resetPassword, p.account)
		k.Form("/quan-tri/tai-khoan/{id}/khoa", auth.AccountManage, p.disable, p.account)
		k.Form("/quan-tri/tai-khoan/{id}/mo", auth.AccountManage, p.enable, p.account)
		k.Form("/quan-tri/tai-khoan/{id}/phien/{session}", auth.AccountManage, p.revoke, p.account)

		k.Page("/nhat-ky", auth.AuditRead, p.journal)
		k.Page("/nhat-ky/kiem-tra", auth.AuditRead, p.showVerify)
		k.Form("/nhat-ky/kiem-tra", auth.AuditRead, p.verify, p.showVerify)

		k.Page("/quan-tri/he-thong", auth.SystemManage, p.system)
		k.Form("/quan-tri/he-thong/dong-ho", auth.ClockSet, p.setClock, p.system)
		k.Form("/quan-tri/he-thong/viec-nen", auth.SystemManage, p.steerJob, p.system)
		k.Form("/quan-tri/he-thong/sao-luu", auth.SystemManage, p.backup, p.system)
	}
}
