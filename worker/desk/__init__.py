"""The desk: everything on one machine, its processes started, watched and stopped (`wiredesk up`)."""
