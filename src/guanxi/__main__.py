from guanxi.site.cli import main

main()
