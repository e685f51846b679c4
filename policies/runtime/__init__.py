"""The real-time engine: a 100 Hz control loop beside a policy, with a watchdog and a safety filter that is always on."""
