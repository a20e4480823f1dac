import Glibc
import MailDelivery
import Testing
