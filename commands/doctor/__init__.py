"""`pheromone doctor`: a finding for each thing that a service needs. Looks, says, and changes nothing."""
