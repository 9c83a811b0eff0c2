"""Names that are used though vulture does not see where, which it reads here as used."""

# Named in negsim/__init__.py by its text, or called by Python itself.
_.__getattr__, _.play, _.report, _.read_nfg
# Methods of public games and answers, and the files that carry games in and out.
_.to_json, _._repr_html_, _.to_frame, _.to_nashpy, _.sequential
_.to_csv, _.read_csv, _.from_csv, _.from_frame, _.from_nashpy, _.from_pygambit, _.to_pygambit
_.to_nfg, _.to_efg
# What waits for the issue on stability.
_.stability, _.graph_of_rankings
# What only tests and examples call so far: to be used, or to go.
_.regret_scale, _.check_assessment, _.limited_truce_signal, _.diagnostic_offers, _.OUTCOMES
# What the experiments call.
_.put_phase
# Types of the fields of answers.
_.Ints, _.Bools
# Fields of answers: they are read as JSON.
_.incomplete, _.variants, _.sincere_ends, _.sincere_values, _.unsolved, _.stalling_index_error
_.design_digest, _.strategy_files, _.staller_accepts
# What numba, pydantic, click, rich, scipy, pickle and Python's own hooks look up.
_._py_func, _._name, _._cache_file, _._load_data, _._save_data, _.from_function
_.get_source_stamp, _.get_disambiguator, _._locator_classes
_.model_config, _.extends, _.nullable_schema, _.default_schema, _.field_title_should_be_set
_.list_commands, _.get_command, _.format_commands, _.caption_justify, _.ppf, _.reducer_override
_.unraisablehook
