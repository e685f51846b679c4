"""Write the schemas beside this file."""

from skills.schemas import write_schemas

if __name__ == "__main__":
    for path in write_schemas():
        print(path)
