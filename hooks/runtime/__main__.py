"""List the files of the npm package Pyodide as they are installed now, after a deliberate update: python -m hooks.runtime"""

from hooks.runtime import assembly, served, wheel

if __name__ == "__main__":
    served.write(wheel.REPOSITORY / assembly.PYODIDE, assembly.READ_FILES)
    print(f"Written: {served.LIST.relative_to(wheel.REPOSITORY)}")
