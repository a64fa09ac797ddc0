"""Composers write a draft from judged evidence: approved answers, quoted statements, sums."""
