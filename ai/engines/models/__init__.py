"""The engine behind `AI_MODEL`: language models of any provider, through pydantic-ai.

`configuration` reads the settings. `client` sends one request to one model. `run` carries one piece of work through
the models that may do it, within its deadline. `generation` and `evaluation` ask, and verify what comes back.
`event_loop` lets threads wait for models. Only `client` imports pydantic-ai, and nothing imports `client` until a
setting names a model.
"""
