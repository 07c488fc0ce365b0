-- From when on the trail is complete, if a report asks for what was before.
SELECT before_ms FROM horizon WHERE before_ms > :since;
