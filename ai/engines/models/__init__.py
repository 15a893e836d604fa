"""The engine behind `AI_MODEL`: language models of any provider, through pydantic-ai.

`configuration` reads the settings. `client` sends one request to one model. `attempts` tries the
configured models in order, within one deadline. `generation` and `evaluation` make prompts and verify replies.
`event_loop` lets threads wait for models. Only `client` imports pydantic-ai, and nothing imports `client` until a
setting names a model.
"""
