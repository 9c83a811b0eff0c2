"""negsim, a negotiation game-theory simulator: when is delay the best reply, what is it worth?"""
