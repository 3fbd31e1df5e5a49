// What the pages do with a script. Everything here is an addition: each page
// works without it.
import 'htmx.org'
import { startChart } from './chart'
import { startClocks } from './clock'
import { startCopy } from './copy'
import { startDocuments } from './document'
import { startDrafts } from './draft'
import { startLive } from './live'
import { startLock } from './lock'
import { startPage } from './page'
import { startPlans } from './plan'
import { startTables } from './table'
import { startUploads } from './upload'

startPage()
startChart()
startClocks()
startCopy()
startDocuments()
startDrafts()
startLive()
startLock()
startPlans()
startTables()
startUploads()
