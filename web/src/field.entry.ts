// The app of teams that work without signal: tables and doors.
import './field/field.css'
import { start } from './field/app'

void start()
