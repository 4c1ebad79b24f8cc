"""What is known of each customer, from the books: one row each, by one statement that DuckDB and Spark both read.

Books are a folder of Parquet files (`books.TABLES` says which, and their columns); a file that is not there is an empty table.
`facts` gives an Arrow table, `write_facts` goes from Parquet to Parquet without passing through this process's memory.
"""

from guanxi.engine.facts.books import TABLES, Unreadable
from guanxi.engine.facts.computing import COLUMNS, checksum, facts, write_facts

__all__ = ["COLUMNS", "TABLES", "Unreadable", "checksum", "facts", "write_facts"]
