"""negsim: a negotiation game-theory simulator; when is delay the best reply, and what is it worth?"""
